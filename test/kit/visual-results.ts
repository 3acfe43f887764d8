import type { VisualFinding, VisualResult } from '../../harness/model/visual.ts'

/** What one picture of a run came to. */
export const aVisual = (findings: VisualFinding[], changes: Partial<VisualResult> = {}): VisualResult => ({
  name: 'homepage',
  baseline: 'baselines/visual/homepage.png',
  candidate: 'out.png',
  widthPx: 1920,
  heightPx: 1080,
  frameCount: 1,
  comparedFrameCount: 1,
  ssimMean: 0.99,
  ssimWorstTile: 0.41,
  worstTile: { frame: 1, x: 640, y: 384, width: 16, height: 16 },
  colourDifferenceMax: 1,
  colourTile: { frame: 1, x: 0, y: 0, width: 16, height: 16 },
  findings,
  files: {
    candidate: 'reports/test/run/visual/homepage.png',
    difference: 'reports/test/run/visual/homepage-difference.png',
    sideBySide: 'reports/test/run/visual/homepage-side-by-side.png',
  },
  ...changes,
})
