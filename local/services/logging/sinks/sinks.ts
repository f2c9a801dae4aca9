import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { type Audited, bodyText, containerLabels } from '../../../core/audited.ts';
import { fieldMask, parseMessage } from '../../../core/proto-json.ts';
import { writerIdentityOf } from '../export.ts';
import {
  existingSink,
  PARENTS,
  type ParentKind,
  parentName,
  SinkBody,
  sinkSettingsOf,
  toSink,
} from './sink-resource.ts';

/** @see https://cloud.google.com/logging/docs/audit-logging */
const audit = (kind: ParentKind, rpc: string): Audited => ({
  methodName: `google.logging.v2.ConfigServiceV2.${rpc}`,
  target(state, call) {
    const container = parentName(state, kind, call.params.id ?? '');
    const name = call.params.sink ?? bodyText(call, 'name');
    return {
      container,
      resourceName: `${container}/sinks/${name}`,
      resource: {
        type: 'logging_sink',
        labels: { ...containerLabels(container), name, destination: bodyText(call, 'destination') },
      },
    };
  },
});

/** The sinks of one kind of parent. @see https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.sinks */
const sinksOf = (kind: ParentKind): ApiMethod[] => {
  const path = `/v2/${kind}/{id}/sinks`;
  const update = (httpMethod: 'PUT' | 'PATCH'): ApiMethod => ({
    api: 'logging',
    name: `${kind}.sinks.update`,
    httpMethod,
    path: `${path}/{sink}`,
    audit: audit(kind, 'UpdateSink'),
    run(state, { params: { id = '', sink: name = '' }, query, body, caller }) {
      const parent = parentName(state, kind, id);
      const requested = parseMessage(SinkBody, body);
      authorize(state, caller, 'logging.sinks.update', parent);
      const sink = existingSink(state, `${parent}/sinks/${name}`);
      const masked = fieldMask(query.get('updateMask'));
      const mask = masked.length > 0 ? masked : ['destination', 'filter', 'includeChildren'];
      const current = {
        ...requested,
        destination: `pubsub.googleapis.com/${sink.topic}`,
        filter: sink.filter,
        includeChildren: sink.includeChildren,
      };
      const chosen = Object.fromEntries(
        Object.entries(requested).filter(([field]) => mask.includes(field)),
      );
      Object.assign(sink, sinkSettingsOf(state, { ...current, ...chosen }));
      // The filter is compiled once for each sink object.
      const updated = { ...sink };
      state.sinks.set(sink.name, updated);
      return toSink(updated);
    },
  });
  return [
    {
      api: 'logging',
      name: `${kind}.sinks.get`,
      httpMethod: 'GET',
      path: `${path}/{sink}`,
      run(state, { params: { id = '', sink = '' }, caller }) {
        const parent = parentName(state, kind, id);
        authorize(state, caller, 'logging.sinks.get', parent);
        return toSink(existingSink(state, `${parent}/sinks/${sink}`));
      },
    },
    {
      api: 'logging',
      name: `${kind}.sinks.list`,
      httpMethod: 'GET',
      path,
      run(state, { params: { id = '' }, caller }) {
        const parent = parentName(state, kind, id);
        authorize(state, caller, 'logging.sinks.list', parent);
        const sinks = [...state.sinks.values()]
          .filter(({ name }) => name.startsWith(`${parent}/sinks/`))
          .map(toSink);
        return sinks.length > 0 ? { sinks } : {};
      },
    },
    {
      api: 'logging',
      name: `${kind}.sinks.create`,
      httpMethod: 'POST',
      path,
      audit: audit(kind, 'CreateSink'),
      run(state, { params: { id = '' }, body, caller }) {
        const parent = parentName(state, kind, id);
        const requested = parseMessage(SinkBody, body);
        authorize(state, caller, 'logging.sinks.create', parent);
        if (!/^[\w.-]{1,100}$/.test(requested.name)) {
          throw new ApiError(
            'INVALID_ARGUMENT',
            'The name of a sink has 1 to 100 letters, digits, _, - or periods.',
          );
        }
        const name = `${parent}/sinks/${requested.name}`;
        if (state.sinks.has(name)) {
          throw new ApiError('ALREADY_EXISTS', `Sink ${requested.name} already exists`);
        }
        const settings = sinkSettingsOf(state, requested);
        const sink = { name, ...settings, writerIdentity: writerIdentityOf(state, parent) };
        state.sinks.set(name, sink);
        return toSink(sink);
      },
    },
    update('PUT'),
    update('PATCH'),
  ];
};

export const sinkMethods: readonly ApiMethod[] = PARENTS.flatMap(sinksOf);
