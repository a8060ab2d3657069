/** Everything of the settings but the legs. */
import { api } from '../api.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import type { Draft, ProblemsByPath } from './settings-draft.ts';

interface FieldsProps {
  draft: Draft;
  problems: ProblemsByPath;
  onEdit: (draft: Draft) => void;
}

export function SettingsFields({ draft, problems, onEdit }: FieldsProps) {
  const symbols = api.settings.symbols.useQuery(undefined, { staleTime: 600_000, retry: false });
  const text = (name: 'symbol' | 'leverage' | 'rounds' | 'takeProfit' | 'stopLoss' | 'cooldown') => ({
    name,
    value: draft[name],
    error: problems.get(name),
    autoComplete: 'off',
    onChange: (event: { target: { value: string } }) => onEdit({ ...draft, [name]: event.target.value }),
  });
  return (
    <div className="grid grid-cols-2 gap-x-4 gap-y-4 md:grid-cols-3 xl:grid-cols-5">
      <TextField
        {...text('symbol')}
        label="Symbol"
        list="symbols"
        spellCheck={false}
        autoCapitalize="characters"
      />
      <datalist id="symbols">
        {symbols.data?.map((symbol) => (
          <option key={symbol} value={symbol}>
            {symbol}
          </option>
        ))}
      </datalist>
      <SelectField
        label="Side"
        name="side"
        value={draft.side}
        error={problems.get('side')}
        hint={draft.side === 'long' ? 'Earns when the price rises.' : 'Earns when the price falls.'}
        onChange={(event) => onEdit({ ...draft, side: event.target.value === 'short' ? 'short' : 'long' })}
      >
        <option value="long">Long</option>
        <option value="short">Short</option>
      </SelectField>
      <TextField {...text('leverage')} label="Leverage" unit="×" inputMode="numeric" />
      <TextField
        {...text('takeProfit')}
        label="Take-profit"
        unit="%"
        inputMode="decimal"
        hint="Of the margin."
      />
      <TextField
        {...text('stopLoss')}
        label="Stop-loss"
        unit="%"
        inputMode="decimal"
        hint="Of the margin; 0 is none."
      />
      <TextField
        {...text('rounds')}
        label="Rounds"
        unit="legs"
        inputMode="numeric"
        hint="How many legs are used."
      />
      <TextField
        {...text('cooldown')}
        label="Cooldown"
        unit="s"
        inputMode="numeric"
        hint="Pause between two cycles."
      />
      <SelectField
        label="After a cycle"
        name="repeat"
        value={String(draft.repeat)}
        error={problems.get('repeat')}
        onChange={(event) => onEdit({ ...draft, repeat: event.target.value === 'true' })}
      >
        <option value="true">Repeat</option>
        <option value="false">Stop</option>
      </SelectField>
      <SelectField
        label="If somebody else trades here"
        name="guard"
        value={draft.guard}
        error={problems.get('guard')}
        onChange={(event) => onEdit({ ...draft, guard: event.target.value === 'warn' ? 'warn' : 'halt' })}
      >
        <option value="halt">Halt the bot</option>
        <option value="warn">Warn and go on</option>
      </SelectField>
    </div>
  );
}
