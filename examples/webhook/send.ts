import { SecretCredential } from 'hopmint/reader';

// Sends a release to a webhook: the bytes that the chain signed, and their signature. The chain's format must be json.
const { SECRET = '', ACCOUNT = '', WEBHOOK_URL = '' } = process.env;

const credential = new SecretCredential({ secret: SECRET, account: ACCOUNT });
const { payload } = await credential.getCredential();
if (!payload)
  throw new Error(`${SECRET} does not contain the signed bytes: use format json in the chain`);

const { status } = await credential.request({
  url: WEBHOOK_URL,
  method: 'POST',
  headers: { 'content-type': 'application/octet-stream' },
  data: payload,
});
console.log(`the webhook answered ${status}`);
