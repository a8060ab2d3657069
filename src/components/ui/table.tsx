/**
 * Tables. On a phone each row becomes a card with the columns' names beside the values, so that nothing is
 * hidden sideways.
 */
import { createContext, useContext } from 'react';

interface Column {
  name: string;
  /** Numbers stand right, so that their digits line up. */
  number?: boolean;
}

const Columns = createContext<Column[]>([]);

export function Table({
  label,
  columns,
  children,
}: {
  label: string;
  columns: Column[];
  children: React.ReactNode;
}) {
  return (
    // A scrolling area must be reachable by keyboard, hence the tab stop.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="overflow-x-auto" aria-label={label} tabIndex={0}>
      <table className="figures w-full border-collapse text-sm max-sm:block">
        <thead className="max-sm:sr-only">
          <tr>
            {columns.map(({ name, number }) => (
              <th
                key={name}
                scope="col"
                className={`border-b border-line px-2.5 py-2 font-medium whitespace-nowrap text-muted first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5 ${number === true ? 'text-right' : 'text-left'}`}
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="max-sm:block">
          <Columns value={columns}>{children}</Columns>
        </tbody>
      </table>
    </section>
  );
}

/** A row of cells, one for each column in their order. */
export function Row({ children }: { children: React.ReactNode[] }) {
  const columns = useContext(Columns);
  return (
    <tr className="max-sm:grid max-sm:grid-cols-2 max-sm:gap-x-5 max-sm:gap-y-1 max-sm:border-b max-sm:border-line max-sm:px-4 max-sm:py-3 max-sm:last:border-b-0">
      {children.map((cell, index) => (
        <Named key={columns[index]?.name} value={{ name: columns[index]?.name ?? '', first: index === 0 }}>
          {cell}
        </Named>
      ))}
    </tr>
  );
}

const Named = createContext({ name: '', first: false });

interface CellProps {
  number?: boolean;
  /** On a phone it takes the whole width: for what is long. */
  whole?: boolean;
  children: React.ReactNode;
  className?: string;
}

export function Cell({ number = false, whole = false, className = '', children }: CellProps) {
  const { name, first } = useContext(Named);
  const span = first || whole ? 'max-sm:col-span-2' : '';
  return (
    <td
      className={`border-line px-2.5 py-2 whitespace-nowrap max-sm:flex max-sm:min-w-0 max-sm:items-baseline max-sm:justify-between max-sm:gap-3 max-sm:p-0 sm:border-b sm:first:pl-5 sm:last:pr-5 sm:[tr:last-child>&]:border-b-0 ${number ? 'text-right' : ''} ${span} ${className}`}
    >
      {!first && (
        <span aria-hidden="true" className="font-sans text-sm font-normal text-muted sm:hidden">
          {name}
        </span>
      )}
      {/* One box beside the name, whatever is in it. */}
      <span className="min-w-0 max-sm:truncate sm:contents">{children}</span>
    </td>
  );
}
