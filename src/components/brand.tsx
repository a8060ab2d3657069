/** The sign and the name. */

/** `short`: on phones the sign stands alone. */
export function Brand({ short = false }: { short?: boolean }) {
  return (
    <span className="flex items-center gap-2 font-semibold tracking-tight">
      <svg viewBox="0 0 20 20" className="size-5 text-accent" fill="currentColor" aria-hidden="true">
        <path d="M2 15.5h16v2H2zM5 11h13v2H5zM9 6.500h9v2H9zM13 2h5v2h-5z" />
      </svg>
      <span className={short ? 'max-sm:sr-only' : ''}>Blitz LITE</span>
    </span>
  );
}
