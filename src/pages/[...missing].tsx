/**
 * Every address that is nothing else. A page of its own, and not Next's `404`: where there are route handlers
 * under `src/app`, Next shows its own bare page in place of that one.
 */
import type { GetServerSideProps } from 'next';
import { NotFound } from '../components/not-found.tsx';

export const getServerSideProps: GetServerSideProps = async ({ res }) => {
  res.statusCode = 404;
  return { props: {} };
};

export default NotFound;
