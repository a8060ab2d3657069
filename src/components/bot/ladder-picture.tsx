/**
 * The ladder as a picture: a price scale with the legs as bars as long as their quantity, and lines for the
 * average entry, take-profit, stop-loss and the last price. Line patterns and words carry the meaning too.
 */
import { useId } from 'react';
import { about } from '../format.ts';
import { useElementWidth } from '../use-element-width.ts';
import type { Mark, MarkKind } from './ladder-marks.ts';
import { type Placed, placeMarks } from './ladder-scale.ts';

const ROOM = { height: 360, padding: 22, labelGap: 19 };

interface Style {
  stroke: string;
  text: string;
  dashes?: string;
  width: number;
}

const STYLES: Record<MarkKind, Style> = {
  'leg-filled': { stroke: 'stroke-accent', text: 'fill-ink', width: 1 },
  'leg-waiting': { stroke: 'stroke-edge', text: 'fill-muted', width: 1 },
  'leg-planned': { stroke: 'stroke-edge', text: 'fill-muted', width: 1 },
  average: { stroke: 'stroke-accent', text: 'fill-accent', width: 2 },
  tp: { stroke: 'stroke-good', text: 'fill-good', width: 2, dashes: '7 4' },
  sl: { stroke: 'stroke-bad', text: 'fill-bad', width: 2, dashes: '7 4' },
  liquidation: { stroke: 'stroke-bad', text: 'fill-bad', width: 1.5, dashes: '2 4' },
  last: { stroke: 'stroke-ink', text: 'fill-ink', width: 1.5 },
};

const BARS: Partial<Record<MarkKind, string>> = {
  'leg-filled': 'fill-accent stroke-accent',
  'leg-waiting': 'fill-info-soft stroke-accent',
  'leg-planned': 'fill-sunken stroke-edge',
};

export function LadderPicture({ marks }: { marks: Mark[] }) {
  const [element, width] = useElementWidth();
  const title = useId();
  const placed = placeMarks(marks, ROOM);
  const labels = width < 480 ? 188 : 220;
  const plot = Math.max(60, width - labels);
  return (
    <div ref={element} style={{ height: ROOM.height }}>
      {width > 0 && (
        <svg
          width={width}
          height={ROOM.height}
          role="img"
          aria-labelledby={title}
          className="figures block overflow-visible"
        >
          <title id={title}>{describe(placed)}</title>
          <Zone placed={placed} plot={plot} />
          <Bars placed={placed} plot={plot} />
          {placed.map((each) => (
            <MarkLine key={`${each.mark.kind} ${each.mark.name}`} placed={each} plot={plot} width={width} />
          ))}
        </svg>
      )}
    </div>
  );
}

/** The way from the average entry to the take-profit. */
function Zone({ placed, plot }: { placed: Placed<Mark>[]; plot: number }) {
  const average = placed.find(({ mark }) => mark.kind === 'average');
  const target = placed.find(({ mark }) => mark.kind === 'tp');
  if (average === undefined || target === undefined) return null;
  const top = Math.min(average.y, target.y);
  return (
    <rect
      x={0}
      y={top}
      width={plot - 14}
      height={Math.abs(average.y - target.y)}
      className="fill-good-soft"
    />
  );
}

function Bars({ placed, plot }: { placed: Placed<Mark>[]; plot: number }) {
  const largest = Math.max(...placed.map(({ mark }) => Number(mark.quantity ?? 0)));
  return placed
    .filter(({ mark }) => mark.quantity !== null && BARS[mark.kind] !== undefined)
    .map(({ mark, y }) => (
      <rect
        key={mark.name}
        x={0.5}
        y={y - 5.5}
        width={Math.max(6, (Number(mark.quantity) / largest) * plot * 0.62)}
        height={11}
        rx={3}
        strokeDasharray={mark.kind === 'leg-filled' ? undefined : '3 2'}
        className={BARS[mark.kind]}
      />
    ));
}

function MarkLine({
  placed: { mark, y, labelY },
  plot,
  width,
}: {
  placed: Placed<Mark>;
  plot: number;
  width: number;
}) {
  const style = STYLES[mark.kind];
  const isLeg = mark.quantity !== null;
  return (
    <g>
      <line
        x1={0}
        x2={plot - 14}
        y1={y}
        y2={y}
        className={style.stroke}
        strokeWidth={isLeg ? 0 : style.width}
        strokeDasharray={style.dashes}
      />
      {mark.kind === 'last' && <circle cx={plot - 14} cy={y} r={4} className="fill-ink" />}
      <path d={`M${plot - 14} ${y}L${plot - 4} ${labelY}`} className="fill-none stroke-line" />
      <text x={plot} y={labelY + 4} fontSize={12.5} className={style.text} fontWeight={isLeg ? 400 : 600}>
        {mark.name}
      </text>
      <text
        x={width}
        y={labelY + 4}
        fontSize={12.5}
        textAnchor="end"
        className={style.text}
        fontWeight={isLeg ? 400 : 600}
      >
        {about(mark.price)}
      </text>
    </g>
  );
}

function describe(placed: Placed<Mark>[]): string {
  const list = placed.map(({ mark }) => `${mark.name} ${about(mark.price)}`).join('; ');
  return `The ladder from the highest to the lowest price: ${list}`;
}
