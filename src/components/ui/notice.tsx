/** A message in place: what happened and, where something can be done, the button for it. */
import { Button } from './button.tsx';
import { type Tone, TONE_SOFT, ToneSign } from './tone.tsx';

interface NoticeProps {
  tone: Tone;
  children: React.ReactNode;
  onRetry?: () => void;
  onClose?: () => void;
  /** Read out at once by screen readers. */
  urgent?: boolean;
}

export function Notice({ tone, children, onRetry, onClose, urgent = false }: NoticeProps) {
  return (
    <div
      role={urgent ? 'alert' : undefined}
      className={`flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg px-3 py-2.5 ${TONE_SOFT[tone]}`}
    >
      <ToneSign tone={tone} className="mt-0.5" />
      <div className="min-w-0 flex-1 basis-48 break-words whitespace-pre-line">{children}</div>
      {onRetry !== undefined && (
        <Button small onClick={onRetry}>
          Try again
        </Button>
      )}
      {onClose !== undefined && (
        <button
          type="button"
          onClick={onClose}
          aria-label="Close this message"
          className="-my-1.5 -mr-1.5 grid size-9 shrink-0 place-content-center rounded-lg text-muted hover:text-ink"
        >
          <svg
            viewBox="0 0 16 16"
            className="size-4"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.6"
            aria-hidden="true"
          >
            <path d="M4 4l8 8m0-8l-8 8" strokeLinecap="round" />
          </svg>
        </button>
      )}
    </div>
  );
}

/** For a list with nothing in it yet: what will be here. */
export function Empty({ children }: { children: React.ReactNode }) {
  return <p className="px-4 py-8 text-center text-muted sm:px-5">{children}</p>;
}

/** Grey lines where content is about to be. */
export function Skeleton({ lines }: { lines: number }) {
  return (
    <output aria-label="Loading" className="grid gap-3 px-4 py-4 sm:px-5">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className="skeleton h-4" style={{ width: `${92 - ((line * 17) % 40)}%` }} />
      ))}
    </output>
  );
}
