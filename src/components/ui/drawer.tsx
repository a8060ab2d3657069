/** A panel at the side for one thing of a list: modal like a dialog, so that the focus stays in it. */
import { useId, useLayoutEffect, useRef } from 'react';
import { Button } from './button.tsx';

interface DrawerProps {
  title: string;
  /** Beneath the title. */
  subtitle?: React.ReactNode;
  onClose: () => void;
  children: React.ReactNode;
}

/** Rendered only while it is open. */
export function Drawer({ title, subtitle, onClose, children }: DrawerProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      aria-labelledby={heading}
      onCancel={(event) => {
        // A dialog that lies over this one has its own.
        if (event.target !== element.current) return;
        event.preventDefault();
        onClose();
      }}
      className="m-0 ml-auto h-dvh max-h-dvh w-full max-w-2xl border-l border-line bg-canvas p-0 shadow-xl"
    >
      <div className="grid h-full grid-rows-[auto_1fr]">
        <header className="flex items-start gap-3 border-b border-line bg-panel px-4 py-3 sm:px-5">
          <div className="min-w-0 flex-1">
            <h2 id={heading} className="truncate text-lg font-semibold">
              {title}
            </h2>
            {subtitle !== undefined && <p className="text-sm text-muted">{subtitle}</p>}
          </div>
          <Button small kind="quiet" onClick={onClose} aria-label="Close the details">
            Close
          </Button>
        </header>
        <div className="grid auto-rows-max content-start gap-4 overflow-y-auto p-4 sm:p-5">{children}</div>
      </div>
    </dialog>
  );
}
