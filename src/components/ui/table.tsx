/** Tables that scroll inside their panel when a phone is too narrow for them. */

interface Column {
  name: string;
  /** Numbers stand right, so that their digits line up. */
  number?: boolean;
}

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
      <table className="figures w-full border-collapse text-sm">
        <thead>
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
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

interface CellProps {
  number?: boolean;
  /** Text that may take several lines. */
  wrap?: boolean;
  children: React.ReactNode;
  className?: string;
}

export function Cell({ number = false, wrap = false, className = '', children }: CellProps) {
  return (
    <td
      className={`border-b border-line px-2.5 py-2 first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5 [tr:last-child>&]:border-b-0 ${number ? 'text-right' : ''} ${wrap ? '' : 'whitespace-nowrap'} ${className}`}
    >
      {children}
    </td>
  );
}
