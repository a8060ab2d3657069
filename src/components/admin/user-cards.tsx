/** The console's lines on a phone: one card each, only those in sight, in the page's own scrolling. */
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState } from 'react';
import { pnlClass } from '../bot/position-card.tsx';
import { signedMoney } from '../format.ts';
import { type ConsoleLine, needsAttention } from './console-lines.ts';
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
import { type ConsoleTable, type LineActions, SwitchButton } from './users-grid.tsx';

interface CardsProps extends LineActions {
  table: ConsoleTable;
  now: number;
}

const CARD_PX = 190;

export function UserCards({ table, now, ...actions }: CardsProps) {
  const list = useRef<HTMLUListElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => {
    const top = list.current?.getBoundingClientRect().top ?? 0;
    setScrollMargin(top + window.scrollY);
  }, []);
  const { rows } = table.getRowModel();
  // What it returns stays in this component, and nothing here is memoized.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => CARD_PX,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 4,
    scrollMargin,
  });
  return (
    <ul
      ref={list}
      aria-label="Users and their bots"
      className="relative border-t border-line"
      style={{ height: virtual.getTotalSize() }}
    >
      {virtual.getVirtualItems().map(({ index, start }) => {
        const row = rows[index];
        return row === undefined ? null : (
          <li
            key={row.id}
            ref={virtual.measureElement}
            data-index={index}
            className="absolute inset-x-0 border-b border-line"
            style={{ transform: `translateY(${start - scrollMargin}px)` }}
          >
            <LineCard
              line={row.original}
              selected={row.getIsSelected()}
              onSelect={row.getToggleSelectedHandler()}
              now={now}
              {...actions}
            />
          </li>
        );
      })}
    </ul>
  );
}

interface CardProps extends LineActions {
  line: ConsoleLine;
  selected: boolean;
  onSelect: (event: unknown) => void;
  now: number;
}

function LineCard({ line, selected, onSelect, now, onOpen, onSwitch }: CardProps) {
  const edge = needsAttention(line) ? 'border-l-bad' : 'border-l-transparent';
  return (
    <div className={`grid grid-cols-1 gap-2 border-l-3 px-4 py-3 ${edge} ${selected ? 'bg-info-soft' : ''}`}>
      <div className="flex items-start gap-3">
        <input
          type="checkbox"
          aria-label={`Select ${line.email}`}
          checked={selected}
          onChange={onSelect}
          className="mt-1 size-5 shrink-0 accent-accent"
        />
        <button type="button" onClick={() => onOpen(line.id)} className="min-w-0 flex-1 text-left">
          <span className="block truncate font-medium text-accent">{line.email}</span>
          <span className="block truncate text-[0.8125rem] text-muted">{describeUser(line)}</span>
        </button>
        <SwitchButton line={line} onSwitch={onSwitch} />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <StateBadge line={line} />
        <span className="text-sm text-muted">{describeMarket(line)}</span>
        {(line.position !== null || !line.covered) && <Cover line={line} now={now} />}
      </div>
      <dl className="figures grid grid-cols-2 gap-x-4 gap-y-0.5 text-sm">
        <Pair name="Cycle">{line.cycle ?? '–'}</Pair>
        <Pair name="Position">{describePosition(line)}</Pair>
        <Pair name="Unrealised">
          <span className={pnlClass(line.position?.unrealizedPnl)}>
            {signedMoney(line.position?.unrealizedPnl)}
          </span>
        </Pair>
        <Pair name="Uncovered">{describeGaps(line)}</Pair>
        <Pair name="Up">{describeUptime(line, now)}</Pair>
        <Pair name="Heartbeat">{describeHeartbeat(line, now)}</Pair>
      </dl>
      {line.lastError !== null && (
        <p className="line-clamp-2 text-[0.8125rem] text-bad">{line.lastError.message}</p>
      )}
    </div>
  );
}

function Pair({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="flex min-w-0 justify-between gap-2">
      <dt className="text-muted">{name}</dt>
      <dd className="truncate">{children}</dd>
    </div>
  );
}
