import { ApiError } from '../../core/api-error.ts';

export function alreadyExists(kind: 'topic' | 'subscription', name: string): never {
  const id = name.split('/').at(-1);
  throw new ApiError('ALREADY_EXISTS', `Resource already exists in the project (resource=${id}).`, [
    {
      '@type': 'type.googleapis.com/google.rpc.ResourceInfo',
      resourceType: kind,
      resourceName: name,
    },
  ]);
}

export function notFound(kind: 'topic' | 'subscription', name: string): never {
  const id = name.split('/').at(-1);
  throw new ApiError('NOT_FOUND', `Resource not found (resource=${id}).`, [
    {
      '@type': 'type.googleapis.com/google.rpc.ResourceInfo',
      resourceType: kind,
      resourceName: name,
    },
  ]);
}
