/** Every address that is nothing else. Next takes it from here, and not from `pages/404`, where there is an `app`. */
export { NotFound as default } from '../components/not-found.tsx';
