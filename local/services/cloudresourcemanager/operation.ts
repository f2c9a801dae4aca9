/** Changes of v3 are long-running operations at Google. Here they have finished when the response is sent. */
export const finishedOperation = (message: string, response: object = {}): object => ({
  name: 'operations/done',
  done: true,
  response: {
    '@type':
      message === 'Empty'
        ? 'type.googleapis.com/google.protobuf.Empty'
        : `type.googleapis.com/google.cloud.resourcemanager.v3.${message}`,
    ...response,
  },
});
