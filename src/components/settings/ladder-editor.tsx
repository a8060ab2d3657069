/** The legs, one row each: what is typed on the left, what it would mean at the market now on the right. */
import type { LegPreview } from '../../domain/settings.ts';
import { about, exact, money } from '../format.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { addLeg, changeLeg, type Draft, moveLeg, type ProblemsByPath, removeLeg } from './settings-draft.ts';

const LEGS_MAX = 50;

interface EditorProps {
  draft: Draft;
  problems: ProblemsByPath;
  legs: LegPreview[];
  onEdit: (draft: Draft) => void;
}

const ROW =
  'grid grid-cols-2 items-start gap-x-3 gap-y-2 lg:grid-cols-[3.5rem_9rem_8rem_repeat(6,minmax(0,1fr))_8.5rem]';

export function LadderEditor({ draft, problems, legs, onEdit }: EditorProps) {
  const used = Number(draft.rounds);
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-sm font-medium">Legs</legend>
      <div className={`${ROW} border-b border-line py-2 text-sm text-muted max-lg:hidden`} aria-hidden="true">
        <span>Leg</span>
        <span>Margin, USDT</span>
        <span>Gap, %</span>
        {FACTS.map(({ name }) => (
          <span key={name} className="text-right">
            {name}
          </span>
        ))}
        <span />
      </div>
      <ol>
        {draft.legs.map((leg, index) => (
          <li key={leg.id} className={`${ROW} border-b border-line py-3 lg:py-2.5`}>
            <LegHead index={index} unused={index >= used} />
            <LegInputs index={index} draft={draft} problems={problems} onEdit={onEdit} />
            <LegFacts leg={legs.find((each) => each.index === index)} />
            <LegButtons index={index} draft={draft} onEdit={onEdit} />
          </li>
        ))}
      </ol>
      <div className="mt-3 grid gap-3">
        {problems.has('legs') && <Notice tone="bad">{problems.get('legs')}</Notice>}
        <div className="flex flex-wrap items-center justify-between gap-3">
          <Button small disabled={draft.legs.length >= LEGS_MAX} onClick={() => onEdit(addLeg(draft))}>
            Add a leg
          </Button>
          <Totals legs={legs} />
        </div>
      </div>
    </fieldset>
  );
}

function LegHead({ index, unused }: { index: number; unused: boolean }) {
  return (
    <p className="pt-2 font-medium max-lg:order-1">
      <span className="lg:hidden">Leg </span>
      {index}
      {index === 0 && <span className="text-sm font-normal text-muted lg:hidden"> · market entry</span>}
      {unused && <span className="block text-xs font-normal text-muted">not used</span>}
    </p>
  );
}

type LegProps = Pick<EditorProps, 'draft' | 'problems' | 'onEdit'> & { index: number };

function LegInputs({ index, draft, problems, onEdit }: LegProps) {
  const leg = draft.legs[index];
  return (
    <>
      <div className="max-lg:order-3">
        <TextField
          label={`Leg ${index} margin in USDT`}
          bare
          unit="USDT"
          inputMode="decimal"
          autoComplete="off"
          value={leg?.amount ?? ''}
          error={problems.get(`legs.${index}.amount`)}
          onChange={(event) => onEdit(changeLeg(draft, index, { amount: event.target.value }))}
        />
      </div>
      {index === 0 ? (
        <p className="px-3 pt-2.5 text-sm text-muted max-lg:order-4">at market</p>
      ) : (
        <div className="max-lg:order-4">
          <TextField
            label={`Leg ${index} gap in percent`}
            bare
            unit="%"
            inputMode="decimal"
            autoComplete="off"
            value={leg?.gap ?? ''}
            error={problems.get(`legs.${index}.gap`)}
            onChange={(event) => onEdit(changeLeg(draft, index, { gap: event.target.value }))}
          />
        </div>
      )}
    </>
  );
}

const FACTS: { name: string; show: (leg: LegPreview) => string }[] = [
  { name: 'Price', show: ({ price }) => exact(price) },
  { name: 'Quantity', show: ({ quantity }) => exact(quantity) },
  { name: 'Margin', show: ({ margin }) => money(margin) },
  { name: 'Average', show: ({ averageEntryPrice }) => about(averageEntryPrice) },
  { name: 'Take-profit', show: ({ takeProfitPrice }) => exact(takeProfitPrice) },
  { name: 'Liquidation', show: ({ liquidationPrice }) => about(liquidationPrice) },
];

function LegFacts({ leg }: { leg: LegPreview | undefined }) {
  return (
    <dl className="figures col-span-2 grid max-lg:order-5 grid-cols-3 gap-x-3 gap-y-1 text-sm lg:contents">
      {FACTS.map(({ name, show }) => (
        <div key={name} className="min-w-0 lg:pt-2.5 lg:text-right">
          <dt className="text-xs text-muted lg:sr-only">{name}</dt>
          <dd className="truncate">{leg === undefined ? '–' : show(leg)}</dd>
        </div>
      ))}
    </dl>
  );
}

function LegButtons({ index, draft, onEdit }: Omit<LegProps, 'problems'>) {
  const last = draft.legs.length - 1;
  return (
    <div className="flex justify-end max-lg:order-2">
      <IconButton
        label={`Move leg ${index} up`}
        disabled={index === 0}
        path="M8 12V4M4.500 7.500 8 4l3.500 3.500"
        onClick={() => onEdit(moveLeg(draft, index, -1))}
      />
      <IconButton
        label={`Move leg ${index} down`}
        disabled={index === last}
        path="M8 4v8M4.500 8.500 8 12l3.500-3.500"
        onClick={() => onEdit(moveLeg(draft, index, 1))}
      />
      <IconButton
        label={`Remove leg ${index}`}
        disabled={last === 0}
        path="M4.500 4.500l7 7m0-7l-7 7"
        onClick={() => onEdit(removeLeg(draft, index))}
      />
    </div>
  );
}

interface IconButtonProps {
  label: string;
  path: string;
  disabled: boolean;
  onClick: () => void;
}

function IconButton({ label, path, disabled, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
      className="grid size-11 place-items-center rounded-lg text-muted hover:bg-sunken hover:text-ink disabled:opacity-30 lg:size-10"
    >
      <svg
        viewBox="0 0 16 16"
        className="size-4"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        <path d={path} />
      </svg>
    </button>
  );
}

/** After the last leg: what all of it would bind and where it would stand. */
function Totals({ legs }: { legs: LegPreview[] }) {
  const last = legs.at(-1);
  if (last === undefined) return null;
  return (
    <p className="figures text-sm text-muted">
      All legs filled: average {about(last.averageEntryPrice)}, take-profit {exact(last.takeProfitPrice)},
      liquidation {about(last.liquidationPrice)}
    </p>
  );
}
