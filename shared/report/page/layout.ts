import { Graph, layout } from '@dagrejs/dagre';

type Size = { readonly width: number; readonly height: number };
export type Point = { readonly x: number; readonly y: number };
/** About its middle. */
export type Box = Point & Size;

/** All that places depend on: how many nodes, of what size, and the arrows between them with what stands on each. */
export type Shape = {
  readonly nodes: number;
  readonly node: Size;
  /** Nodes by their number. */
  readonly arrows: readonly (Size & { readonly from: number; readonly to: number })[];
};

/** From left to right, in the order of the shape. */
export type Places = Size & {
  readonly nodes: readonly Box[];
  readonly arrows: readonly (Point & { readonly points: readonly Point[] })[];
};

export type PlacesOf = (shape: Shape) => Places;

const MARGIN = 8;

/** Places that are sought once for each shape: most pictures of a fleet differ in nothing but names. */
export function placing(): PlacesOf {
  const known = new Map<string, Places>();
  return (shape) => {
    const key = JSON.stringify(shape);
    const places = known.get(key) ?? placesOf(shape);
    known.set(key, places);
    return places;
  };
}

function placesOf({ nodes, node, arrows }: Shape): Places {
  const graph = new Graph();
  graph.setGraph({
    rankdir: 'LR',
    nodesep: 18,
    ranksep: 34,
    edgesep: 14,
    marginx: MARGIN,
    marginy: MARGIN,
  });
  const names = Array.from({ length: nodes }, (_, i) => `n${i}`);
  for (const name of names) graph.setNode(name, { ...node });
  for (const { from, to, width, height } of arrows) {
    graph.setEdge(`n${from}`, `n${to}`, { width, height, labelpos: 'c' });
  }
  layout(graph);
  const { width, height } = graph.graph() as Size;
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    nodes: names.map((name) => graph.node(name) as Box),
    arrows: arrows.map(({ from, to }) => graph.edge(`n${from}`, `n${to}`) as Places['arrows'][0]),
  };
}
