/** For `npm run reset-password` while the server runs. */
export { operatorDoor as default } from '../../../server/operator-door.ts';

export const config = { api: { bodyParser: { sizeLimit: '4kb' } } };
