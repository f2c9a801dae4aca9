import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { quoted } from '../basics/text/printable.ts';
import { error, type Path, type Remark } from './fault.ts';

/** Offsets in the text. */
export type Spot = { readonly start: number; readonly end: number };
type Member = { readonly key: Spot; readonly value: Spot };
/** Where a mapping or a list stands, and each of its members. */
type Places = { readonly whole: Spot; readonly members: Map<string | number, Member> };

/** The nodes of a document as plain data, with the place of each. */
export type Reading = {
  readonly value: unknown;
  readonly whole: Spot;
  readonly places: WeakMap<object, Places>;
  readonly remarks: readonly { readonly spot: Spot; readonly remark: Remark }[];
  /** Paths without a value, because their alias names no anchor. */
  readonly unreadable: readonly Path[];
  /** Paths of integers that are too long for a JavaScript number, such as an unquoted unique ID. `value` has their source text. */
  readonly longNumbers: readonly Path[];
};

/** The most nodes that aliases may add to a file. Without a limit, anchors inside anchors would fill the memory. */
const ALIASED_NODES_MAX = 100_000;

const spotOfNode = (node: Node | null | undefined, otherwise: Spot): Spot =>
  node?.range ? { start: node.range[0], end: node.range[1] } : otherwise;

/** Reads a document: aliases are followed and `<<` is merged. The position of an alias is where it is used. Its content has the
 * position of the anchor. */
export function readNodes(root: Node): Reading {
  const places = new WeakMap<object, Places>();
  const remarks: { spot: Spot; remark: Remark }[] = [];
  const unreadable: Path[] = [];
  const longNumbers: Path[] = [];
  const anchors = new Map<string, Node>();
  const open = new Set<Node>();
  let aliasDepth = 0;
  let aliasedNodes = 0;
  let tooMuch = false;

  const cannotRead = (spot: Spot, path: Path, message: string): undefined => {
    remarks.push({ spot, remark: error(path, message) });
    unreadable.push(path);
  };

  const readScalar = ({ value, source }: Scalar, path: Path): unknown => {
    if (typeof value === 'number' && !Number.isSafeInteger(value) && /^\d+$/.test(source ?? '')) {
      longNumbers.push(path);
      return source;
    }
    return value;
  };

  const targetOf = (alias: Alias, path: Path): Node | undefined => {
    const node = anchors.get(alias.source);
    const wrong = !node
      ? `there is no anchor &${alias.source} before this`
      : open.has(node)
        ? `*${alias.source} is inside its own anchor`
        : undefined;
    if (wrong) return cannotRead(spotOfNode(alias, whole), path, `${wrong}: write the value out`);
    if (aliasedNodes <= ALIASED_NODES_MAX) return node;
    unreadable.push([]); // reported once, without other faults of this file
    if (tooMuch) return undefined;
    tooMuch = true;
    return cannotRead(
      whole,
      [],
      'the aliases of this file expand to too many values: write the values out',
    );
  };

  const merge = (
    into: Map<string, { value: unknown; member: Member }>,
    node: unknown,
    path: Path,
  ) => {
    const values = isSeq(node) ? node.items : [node];
    for (const item of values as Node[]) {
      const value = read(item, path);
      const members =
        typeof value === 'object' && value && !Array.isArray(value) && places.get(value)?.members;
      if (!members) {
        if (value !== undefined)
          cannotRead(spotOfNode(item, whole), path, '<< takes a mapping, as in <<: *common');
        continue;
      }
      for (const [key, member] of members) {
        if (!into.has(String(key))) {
          into.set(String(key), { value: (value as Record<string, unknown>)[key], member });
        }
      }
    }
  };

  const readMap = (map: YAMLMap, path: Path): unknown => {
    const own = new Map<string, { value: unknown; member: Member }>();
    const merged = new Map<string, { value: unknown; member: Member }>();
    for (const { key, value } of map.items as { key: Node; value: Node | null }[]) {
      const keySpot = spotOfNode(key, whole);
      const name = isScalar(key) ? String(key.value ?? '') : '';
      const member = { key: keySpot, value: spotOfNode(value, keySpot) };
      if (name === '<<' && isScalar(key) && key.type === 'PLAIN') merge(merged, value, path);
      else if (name === '__proto__')
        remarks.push({
          spot: keySpot,
          remark: error(path, 'no key can have this name: leave it out'),
        });
      else if (own.has(name)) {
        const message = `${quoted(name)} stands twice in one mapping: leave one out`;
        remarks.push({ spot: keySpot, remark: error([...path, name], message) });
      } else own.set(name, { value: value ? read(value, [...path, name]) : null, member });
    }
    const all = [...own, ...[...merged].filter(([name]) => !own.has(name))];
    const result = Object.fromEntries(all.map(([name, { value }]) => [name, value]));
    const members = new Map(all.map(([name, { member }]) => [name, member]));
    places.set(result, { whole: spotOfNode(map, whole), members });
    return result;
  };

  const read = (node: Node, path: Path): unknown => {
    if (aliasDepth > 0) aliasedNodes++;
    if (isAlias(node)) {
      const target = targetOf(node, path);
      if (!target) return undefined;
      aliasDepth++;
      const value = read(target, path);
      aliasDepth--;
      return value;
    }
    if ('anchor' in node && node.anchor) anchors.set(node.anchor as string, node);
    if (isScalar(node)) return readScalar(node, path);
    open.add(node);
    try {
      if (isMap(node)) return readMap(node, path);
      if (!isSeq(node)) return undefined;
      const items = node.items as Node[];
      const result = items.map((item, i) => read(item, [...path, i]));
      const spots = items.map((item) => spotOfNode(item, spotOfNode(node, whole)));
      const members = new Map(spots.map((spot, i) => [i, { key: spot, value: spot }]));
      places.set(result, { whole: spotOfNode(node, whole), members });
      return result;
    } finally {
      open.delete(node);
    }
  };

  const whole = spotOfNode(root, { start: 0, end: 0 });
  const value = read(root, []);
  return { value, whole, places, remarks, unreadable, longNumbers };
}

/** The position of a path. For a missing key, the position of its mapping. */
export function spotOf({ value, whole, places }: Reading, path: Path, onKey: boolean): Spot {
  let at: unknown = value;
  let spot = whole;
  for (const [i, step] of path.entries()) {
    const place = typeof at === 'object' && at ? places.get(at) : undefined;
    const member = place?.members.get(step);
    if (!place || !member) return place?.whole ?? spot;
    // An empty value has no position, so we use the position of its key.
    const { key, value } = member;
    spot = (onKey && i === path.length - 1) || value.start === value.end ? key : value;
    at = (at as Record<string | number, unknown>)[step];
  }
  return spot;
}
