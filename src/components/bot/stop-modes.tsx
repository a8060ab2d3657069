/** The choice between the three ways to stop, for one bot or for many. What cannot be taken back asks once more. */
import type { StopMode } from '../../domain/words.ts';

interface Choice {
  title: string;
  text: string;
  /** What must be confirmed, where something cannot be taken back. */
  confirm: string | null;
  button: string;
}

export const STOP_CHOICES: Record<StopMode, Choice> = {
  protect: {
    title: 'Let the position end safely (recommended)',
    text: 'No further legs are bought. Take-profit and stop-loss stay and follow until the position is closed.',
    confirm: null,
    button: 'Stop safely',
  },
  close: {
    title: 'Close the position now',
    text: 'Everything is cancelled and the position is closed at the market price.',
    confirm: 'I want to close at whatever price the market gives now.',
    button: 'Close and stop',
  },
  leave: {
    title: 'Leave everything as it is',
    text: 'Position and orders stay on the exchange, and nobody acts on them: a leg that fills later has no matching take-profit.',
    confirm: 'I will look after the position myself.',
    button: 'Leave and stop',
  },
};

const MODES = Object.keys(STOP_CHOICES) as StopMode[];

interface StopModesProps {
  mode: StopMode;
  onChoose: (mode: StopMode) => void;
  confirmed: boolean;
  onConfirm: (confirmed: boolean) => void;
}

export function StopModes({ mode, onChoose, confirmed, onConfirm }: StopModesProps) {
  const { confirm } = STOP_CHOICES[mode];
  return (
    <>
      <fieldset className="grid gap-2">
        <legend className="sr-only">How to stop</legend>
        {MODES.map((each) => (
          <ModeChoice key={each} mode={each} checked={each === mode} onChoose={() => onChoose(each)} />
        ))}
      </fieldset>
      {confirm !== null && (
        <label className="flex items-start gap-3 rounded-lg bg-warn-soft p-3">
          <input
            type="checkbox"
            checked={confirmed}
            onChange={(event) => onConfirm(event.target.checked)}
            className="mt-1 size-4 accent-accent"
          />
          {confirm}
        </label>
      )}
    </>
  );
}

interface ModeChoiceProps {
  mode: StopMode;
  checked: boolean;
  onChoose: () => void;
}

function ModeChoice({ mode, checked, onChoose }: ModeChoiceProps) {
  const { title, text } = STOP_CHOICES[mode];
  return (
    <label
      className={`grid cursor-pointer grid-cols-[auto_1fr] gap-x-3 rounded-lg border p-3 has-focus-visible:outline-2 has-focus-visible:outline-accent ${checked ? 'border-accent bg-info-soft' : 'border-line hover:bg-sunken'}`}
    >
      <input
        type="radio"
        name="stop-mode"
        value={mode}
        checked={checked}
        onChange={onChoose}
        className="mt-1 size-4 accent-accent"
      />
      <span className="font-medium">{title}</span>
      <span className="col-start-2 text-sm text-muted">{text}</span>
    </label>
  );
}
