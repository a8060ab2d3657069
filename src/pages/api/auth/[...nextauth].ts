/** next-auth's standard endpoints. */
export { authDoor as default } from '../../../server/auth.ts';

export const config = { api: { bodyParser: { sizeLimit: '16kb' } } };
