/** Who is selected, and what can be done for all of them. */
import { Button } from '../ui/button.tsx';
import type { BulkKind } from './bulk-kinds.ts';

interface BulkBarProps {
  shown: number;
  selected: number;
  onSelectShown: () => void;
  onClear: () => void;
  onAct: (kind: BulkKind) => void;
}

export function BulkBar({ shown, selected, onSelectShown, onClear, onAct }: BulkBarProps) {
  const none = selected === 0;
  return (
    <div
      role="toolbar"
      aria-label="For the selected"
      className={`flex flex-wrap items-center gap-2 px-4 py-2 text-sm sm:px-5 ${none ? '' : 'bg-info-soft max-md:sticky max-md:top-14 max-md:z-2'}`}
    >
      <output className="figures mr-1">
        {none ? `${shown} shown, none selected` : `${selected} of ${shown} selected`}
      </output>
      {selected < shown && (
        <Button small kind="quiet" onClick={onSelectShown}>
          {`Select all ${shown}`}
        </Button>
      )}
      {!none && (
        <Button small kind="quiet" onClick={onClear}>
          Clear selection
        </Button>
      )}
      <span className="flex flex-wrap gap-2 md:ml-auto">
        <Button small disabled={none} onClick={() => onAct('start')} aria-label="Start the selected">
          Start…
        </Button>
        <Button small disabled={none} onClick={() => onAct('stop')} aria-label="Stop the selected">
          Stop…
        </Button>
        <Button small disabled={none} onClick={() => onAct('recover')} aria-label="Recover the selected">
          Recover…
        </Button>
      </span>
    </div>
  );
}
