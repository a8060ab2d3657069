/** The icon in the browser's tab, as an address that holds it. */
export const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'%3E%3Crect width='20' height='20' rx='4' fill='%232b50c8'/%3E%3Cpath fill='%23fff' d='M3 14h14v2H3zM5.500 10.500h11.500v2H5.500zM9 7h8v2H9zM12.500 3.500H17v2h-4.500z'/%3E%3C/svg%3E";
