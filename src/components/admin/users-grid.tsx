/**
 * The console's table. Only the rows in sight exist, so that a thousand users scroll like ten; its head and
 * its selection stay. On phones the same lines are cards (user-cards.tsx).
 */
import type { ReactTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { pnlClass } from '../bot/position-card.tsx';
import { moment, signedMoney, stretch } from '../format.ts';
import { Button } from '../ui/button.tsx';
import { type features, LOOKS } from './console-columns.ts';
import { type ConsoleLine, isActive, needsAttention } from './console-lines.ts';
import {
  Cover,
  describeGaps,
  describeHeartbeat,
  describeMarket,
  describePosition,
  describeUptime,
  describeUser,
  StateBadge,
} from './line-parts.tsx';

export type ConsoleTable = ReactTable<typeof features, ConsoleLine>;

export interface LineActions {
  onOpen: (id: number) => void;
  onSwitch: (line: ConsoleLine) => void;
}

interface GridProps extends LineActions {
  table: ConsoleTable;
  now: number;
}

const ROW_PX = 56;

export function UsersGrid({ table, now, ...actions }: GridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { rows } = table.getRowModel();
  // What it returns stays in this component, and nothing here is memoized.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    // A scrolling area must be reachable by keyboard, hence the tab stop.
    <section
      ref={scroller}
      aria-label="Users and their bots"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="max-h-[max(26rem,calc(100dvh-19rem))] overflow-auto border-t border-line"
    >
      <table
        aria-rowcount={rows.length + 1}
        className="figures w-full min-w-[88rem] table-fixed border-collapse text-sm"
      >
        <Head table={table} />
        <tbody>
          <Gap px={before} />
          {items.map(({ index }) => {
            const row = rows[index];
            return row === undefined ? null : (
              <LineRow
                key={row.id}
                line={row.original}
                index={index}
                selected={row.getIsSelected()}
                onSelect={row.getToggleSelectedHandler()}
                now={now}
                {...actions}
              />
            );
          })}
          <Gap px={after} />
        </tbody>
      </table>
    </section>
  );
}

function Gap({ px }: { px: number }) {
  return px <= 0 ? null : (
    <tr aria-hidden="true">
      <td style={{ height: px }} colSpan={LOOKS.length + 2} aria-label="more rows" />
    </tr>
  );
}

const HEAD = 'sticky top-0 z-1 bg-panel shadow-[inset_0_-1px_0_var(--color-line)] font-medium text-muted';
const ARIA_SORT = { asc: 'ascending', desc: 'descending' } as const;
const ARROWS = { asc: '▲', desc: '▼' } as const;

function Head({ table }: { table: ConsoleTable }) {
  const all = table.getIsAllRowsSelected();
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" className={`${HEAD} w-11 pl-5 text-left`}>
          <input
            type="checkbox"
            aria-label="Select all that are shown"
            checked={all}
            ref={(box) => {
              if (box !== null) box.indeterminate = !all && table.getIsSomeRowsSelected();
            }}
            onChange={table.getToggleAllRowsSelectedHandler()}
            className="size-4 accent-accent"
          />
        </th>
        {LOOKS.map(({ id, name, width, number }) => {
          const column = table.getColumn(id);
          const sorted = column?.getIsSorted() ?? false;
          return (
            <th
              key={id}
              scope="col"
              aria-sort={sorted === false ? undefined : ARIA_SORT[sorted]}
              style={width === null ? undefined : { width: `${width}rem` }}
              className={`${HEAD} ${number === true ? 'text-right' : 'text-left'}`}
            >
              <button
                type="button"
                onClick={column?.getToggleSortingHandler()}
                className="min-h-10 w-full px-2 text-[length:inherit] hover:text-ink"
                style={{ textAlign: 'inherit' }}
              >
                {name}
                <span aria-hidden="true" className="ml-1 text-[0.625rem]">
                  {sorted === false ? '' : ARROWS[sorted]}
                </span>
              </button>
            </th>
          );
        })}
        <th scope="col" className={`${HEAD} right-0 z-2 w-[5.5rem]`}>
          <span className="sr-only">Switch</span>
        </th>
      </tr>
    </thead>
  );
}

interface RowProps extends LineActions {
  line: ConsoleLine;
  index: number;
  selected: boolean;
  onSelect: (event: unknown) => void;
  now: number;
}

function LineRow({ line, index, selected, onSelect, now, onOpen, onSwitch }: RowProps) {
  const edge = needsAttention(line) ? 'shadow-[inset_3px_0_0_var(--color-bad)]' : '';
  return (
    <tr
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={`h-14 border-b border-line ${selected ? 'bg-info-soft' : 'hover:bg-sunken/60'}`}
    >
      <td className={`pl-5 ${edge}`}>
        <input
          type="checkbox"
          aria-label={`Select ${line.email}`}
          checked={selected}
          onChange={onSelect}
          className="size-4 accent-accent"
        />
      </td>
      <td className="truncate px-2">
        <button
          type="button"
          onClick={() => onOpen(line.id)}
          title={line.email}
          className="block max-w-full truncate font-medium text-accent hover:underline"
        >
          {line.email}
        </button>
        <span className="block truncate text-[0.8125rem] text-muted">{describeUser(line)}</span>
      </td>
      <td className="px-2">
        <StateBadge line={line} />
      </td>
      <td className="truncate px-2">{describeMarket(line)}</td>
      <td className="px-2 text-right">{line.cycle ?? '–'}</td>
      <td className="truncate px-2 text-right">{describePosition(line)}</td>
      <td className={`px-2 text-right font-medium ${pnlClass(line.position?.unrealizedPnl)}`}>
        {signedMoney(line.position?.unrealizedPnl)}
      </td>
      <td className="px-2">
        <Cover line={line} now={now} />
      </td>
      <td className="px-2 text-right whitespace-nowrap" title={`longest gap ${stretch(line.longestGapMs)}`}>
        {describeGaps(line)}
      </td>
      <td className="px-2 text-right whitespace-nowrap">{describeUptime(line, now)}</td>
      <td className="px-2 text-right whitespace-nowrap">{describeHeartbeat(line, now)}</td>
      <td className="px-2 text-[0.8125rem]">
        <LastError line={line} now={now} onOpen={onOpen} />
      </td>
      <td className="sticky right-0 bg-panel pr-4 text-right [tr:hover>&]:bg-sunken [tr[aria-selected=true]>&]:bg-info-soft">
        <SwitchButton line={line} onSwitch={onSwitch} />
      </td>
    </tr>
  );
}

/** Two lines of it; all of it is in the details. */
function LastError({ line, now, onOpen }: { line: ConsoleLine; now: number; onOpen: LineActions['onOpen'] }) {
  const { lastError } = line;
  if (lastError === null) return '–';
  return (
    <button
      type="button"
      onClick={() => onOpen(line.id)}
      aria-label={`Last error of ${line.email}: ${lastError.message}`}
      title={lastError.message}
      className="line-clamp-2 w-full text-left hover:underline"
    >
      <span className="text-muted">{moment(lastError.at, now)}</span> {lastError.message}
    </button>
  );
}

export function SwitchButton({ line, onSwitch }: { line: ConsoleLine; onSwitch: LineActions['onSwitch'] }) {
  const active = isActive(line);
  return (
    <Button
      small
      disabled={!active && line.disabled}
      onClick={() => onSwitch(line)}
      aria-label={`${active ? 'Stop' : 'Start'} the bot of ${line.email}`}
    >
      {active ? 'Stop' : 'Start'}
    </Button>
  );
}
