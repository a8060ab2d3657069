/** The way to the next page of a list that grows into the past; nothing where it has ended. */
import { Button } from './button.tsx';

interface OlderProps {
  pages: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => Promise<unknown>;
  };
  /** For example "Show older cycles". */
  children: React.ReactNode;
  className?: string;
}

export function Older({ pages, children, className = 'px-4 py-3 sm:px-5' }: OlderProps) {
  if (!pages.hasNextPage) return null;
  return (
    <div className={className}>
      <Button
        small
        busy={pages.isFetchingNextPage ? 'Loading…' : null}
        onClick={() => void pages.fetchNextPage()}
      >
        {children}
      </Button>
    </div>
  );
}
