/** A titled panel; what pages are laid out from. */
import { useId } from 'react';

interface CardProps {
  title: string;
  /** Anchor for the page's own navigation. */
  id?: string;
  /** At the right of the title. */
  aside?: React.ReactNode;
  children: React.ReactNode;
  /** Tables reach the panel's edges. */
  flush?: boolean;
}

export function Card({ title, id, aside, children, flush = false }: CardProps) {
  const heading = useId();
  return (
    <section id={id} aria-labelledby={heading} className="min-w-0 rounded-xl border border-line bg-panel">
      <header className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 pt-3 pb-2 sm:px-5">
        <h2 id={heading} className="text-base font-semibold">
          {title}
        </h2>
        {aside !== undefined && <div className="text-sm text-muted">{aside}</div>}
      </header>
      <div className={flush ? 'pb-1' : 'px-4 pb-4 sm:px-5 sm:pb-5'}>{children}</div>
    </section>
  );
}

/** A name and its value, in a column of such. */
export function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4 border-b border-line py-1.5 last:border-b-0">
      <dt className="text-muted">{name}</dt>
      <dd className="figures text-right font-medium">{children}</dd>
    </div>
  );
}
