/** What narrows the console's list down; each choice says how many it would leave. */
import type { BotStatusName } from '../../bot/bot-view.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import {
  ANY,
  type ConsoleLine,
  type Filter,
  isFiltered,
  needsAttention,
  NO_FILTER,
  STATES,
  valuesOf,
} from './console-lines.ts';

interface FiltersProps {
  lines: ConsoleLine[];
  filter: Filter;
  onFilter: (filter: Filter) => void;
}

export function ConsoleFilters({ lines, filter, onFilter }: FiltersProps) {
  const change = (part: Partial<Filter>) => onFilter({ ...filter, ...part });
  const count = (matches: (line: ConsoleLine) => boolean) => lines.filter(matches).length;
  const statuses = Object.keys(STATES) as BotStatusName[];
  return (
    <search className="grid grid-cols-2 items-center gap-2 px-4 sm:px-5 md:pb-3 md:grid-cols-[minmax(12rem,2fr)_repeat(4,minmax(0,1fr))_auto_auto]">
      <div className="max-md:col-span-2">
        <TextField
          label="Filter users"
          bare
          type="search"
          placeholder="Email, id, state or words of an error"
          value={filter.text}
          onChange={(event) => change({ text: event.target.value })}
        />
      </div>
      <Choice
        label="State"
        all="Every state"
        value={filter.status}
        options={statuses.map((status) => [
          status,
          `${STATES[status].word} (${count((line) => line.status === status)})`,
        ])}
        onChoose={(status) => change({ status: status as Filter['status'] })}
      />
      <Choice
        label="Symbol"
        all="Every symbol"
        value={filter.symbol}
        options={valuesOf(lines, 'symbol').map((symbol) => [symbol, symbol])}
        onChoose={(symbol) => change({ symbol })}
      />
      <Choice
        label="Side"
        all="Both sides"
        value={filter.side}
        options={[
          ['long', 'long'],
          ['short', 'short'],
        ]}
        onChoose={(side) => change({ side: side as Filter['side'] })}
      />
      <Choice
        label="Environment"
        all="Every account"
        value={filter.environment}
        options={valuesOf(lines, 'environment').map((name) => [name, name])}
        onChoose={(environment) => change({ environment })}
      />
      <label className="flex min-h-10 items-center gap-2 text-sm whitespace-nowrap">
        <input
          type="checkbox"
          checked={filter.attention}
          onChange={(event) => change({ attention: event.target.checked })}
          className="size-4 accent-accent"
        />
        Needs attention ({count(needsAttention)})
      </label>
      <Button small kind="quiet" disabled={!isFiltered(filter)} onClick={() => onFilter(NO_FILTER)}>
        Clear
      </Button>
    </search>
  );
}

interface ChoiceProps {
  label: string;
  all: string;
  value: string;
  options: [value: string, text: string][];
  onChoose: (value: string) => void;
}

function Choice({ label, all, value, options, onChoose }: ChoiceProps) {
  return (
    <SelectField label={label} bare value={value} onChange={(event) => onChoose(event.target.value)}>
      <option value={ANY}>{all}</option>
      {options.map(([name, text]) => (
        <option key={name} value={name}>
          {text}
        </option>
      ))}
    </SelectField>
  );
}
