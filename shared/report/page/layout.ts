import { Graph, layout } from '@dagrejs/dagre';

type Size = { readonly width: number; readonly height: number };
export type Point = { readonly x: number; readonly y: number };
/** A box. The point is its middle. */
export type Box = Point & Size;

/** Everything that a layout depends on: the number and size of the nodes, and the arrows with the size of their labels. */
export type GraphShape = {
  readonly nodes: number;
  readonly node: Size;
  /** `from` and `to` are the numbers of nodes. */
  readonly arrows: readonly (Size & { readonly from: number; readonly to: number })[];
};

/** Nodes and arrows from left to right, in the order of the shape. */
export type Layout = Size & {
  readonly nodes: readonly Box[];
  readonly arrows: readonly (Point & { readonly points: readonly Point[] })[];
};

export type LayoutOf = (shape: GraphShape) => Layout;

const MARGIN = 8;

/** Computes the layout of each shape once. Most pictures of a fleet differ in names only. */
export function cachedLayouts(): LayoutOf {
  const cache = new Map<string, Layout>();
  return (shape) => {
    const key = JSON.stringify(shape);
    const layout = cache.get(key) ?? layoutOf(shape);
    cache.set(key, layout);
    return layout;
  };
}

function layoutOf({ nodes, node, arrows }: GraphShape): Layout {
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
    arrows: arrows.map(({ from, to }) => graph.edge(`n${from}`, `n${to}`) as Layout['arrows'][0]),
  };
}
