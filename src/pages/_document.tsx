/** The document around every page. The icon is part of it, so that no browser asks for another. */
import { Head, Html, Main, NextScript } from 'next/document';
import { ICON } from '../components/icon.ts';

export default function Document() {
  return (
    <Html lang="en">
      <Head>
        <link rel="icon" href={ICON} />
        <meta name="robots" content="noindex" />
        <meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#171b23" media="(prefers-color-scheme: dark)" />
      </Head>
      <body>
        <Main />
        <NextScript />
      </body>
    </Html>
  );
}
