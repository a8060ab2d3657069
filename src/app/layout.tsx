/** The document around `not-found.tsx`, the only page here: whatever else is under `app` is a route handler. */
import type { Metadata } from 'next';
import { ICON } from '../components/icon.ts';
import '../styles/globals.css';

export const metadata: Metadata = {
  title: 'Not found · Blitz LITE',
  icons: { icon: ICON },
  robots: { index: false },
};

export default function Layout({ children }: { children: React.ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
