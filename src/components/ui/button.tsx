/** Buttons. While something is in progress the button says so, is disabled, and keeps its place. */
import type { ButtonHTMLAttributes } from 'react';

type Kind = 'primary' | 'plain' | 'danger' | 'quiet';

const KINDS: Record<Kind, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong border-transparent',
  plain: 'bg-panel text-ink border-edge/60 hover:bg-sunken',
  danger: 'bg-panel text-bad border-bad/60 hover:bg-bad-soft',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-sunken',
};

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'> {
  kind?: Kind;
  small?: boolean;
  /** What is going on, for example "Starting…"; null when nothing is. */
  busy?: string | null;
}

export function Button({
  kind = 'plain',
  small = false,
  busy = null,
  disabled,
  children,
  ...rest
}: ButtonProps) {
  const height = small ? 'min-h-9 px-3 text-sm' : 'min-h-11 px-4 sm:min-h-10';
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled === true || busy !== null}
      aria-busy={busy !== null}
      className={`inline-flex items-center justify-center gap-2 rounded-lg border font-medium whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-60 ${height} ${KINDS[kind]}`}
    >
      {busy === null ? (
        children
      ) : (
        <>
          <Spinner />
          {busy}
        </>
      )}
    </button>
  );
}

export function Spinner() {
  return (
    <span
      aria-hidden="true"
      className="size-4 animate-[turn_0.8s_linear_infinite] rounded-full border-2 border-current border-r-transparent"
    />
  );
}
