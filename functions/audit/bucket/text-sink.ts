import type { Sink } from '../../../shared/cloud/objects.ts';

/** Collects the bytes of an object as text. */
export function textSink(): Sink<string> {
  const decoder = new TextDecoder();
  let text = '';
  return {
    take: (bytes) => {
      text += decoder.decode(bytes, { stream: true });
    },
    end: () => text + decoder.decode(),
  };
}
