/** Every page: styles, and the tRPC client around it. */
import type { AppProps } from 'next/app';
import Head from 'next/head';
import { api } from '../components/api.ts';
import '../styles/globals.css';

function App({ Component, pageProps }: AppProps) {
  return (
    <>
      <Head>
        <title>Blitz LITE</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
      </Head>
      <Component {...pageProps} />
    </>
  );
}

export default api.withTRPC(App);
