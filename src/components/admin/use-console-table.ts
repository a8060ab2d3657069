/** Sorting and selection of the console's list. Who is hidden by the filter is never acted on. */
import { type RowSelectionState, type SortingState, useTable } from '@tanstack/react-table';
import { useMemo, useState } from 'react';
import { columns, features } from './console-columns.ts';
import { type ConsoleLine, type Filter, filterLines } from './console-lines.ts';

const NO_LINES: ConsoleLine[] = [];

export function useConsoleTable(lines: ConsoleLine[] = NO_LINES, filter: Filter) {
  const [sorting, setSorting] = useState<SortingState>([]);
  const [rowSelection, setRowSelection] = useState<RowSelectionState>({});
  const shown = useMemo(() => filterLines(lines, filter), [lines, filter]);
  const table = useTable({
    features,
    columns,
    data: shown,
    getRowId: (line) => String(line.id),
    state: { sorting, rowSelection },
    onSortingChange: setSorting,
    onRowSelectionChange: setRowSelection,
    enableMultiSort: false,
  });
  const selected = useMemo(
    () => shown.filter(({ id }) => rowSelection[String(id)] === true),
    [shown, rowSelection],
  );
  const selectShown = () => setRowSelection(Object.fromEntries(shown.map(({ id }) => [String(id), true])));
  return { table, shown, selected, selectShown, clearSelection: () => setRowSelection({}) };
}
