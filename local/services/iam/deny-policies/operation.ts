/** Every change of a deny policy is a long-running operation at Google. Here it has finished when the response is sent. */
export const finishedOperation = (name: string, policy: object): object => ({
  name: `${name}/operations/done`,
  done: true,
  response: { '@type': 'type.googleapis.com/google.iam.v2.Policy', ...policy },
});
