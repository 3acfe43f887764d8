import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { visualAdvice } from '../../harness/analysis/visual-findings.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import type { VisualFinding, VisualResult } from '../../harness/model/visual.ts'
import { aRecord } from '../kit/builders.ts'
import { describe } from '../kit/suite.ts'
import { aVisual } from '../kit/visual-results.ts'

const TILE: VisualFinding = {
  code: 'TILE_BELOW_BOUND',
  message: 'worst tile 0.41 at 640,384 in frame 1, bound 0.8',
  evidence: { ssimWorstTile: 0.41, bound: 0.8, frame: 1, x: 640, y: 384, width: 16, height: 16 },
}
const COLOUR: VisualFinding = { code: 'COLOUR_DIFFERS', message: 'colour differs by 30', evidence: {} }

function judged(visuals: VisualResult[], objective: object = {}, changes: Partial<RunRecord> = {}) {
  const inputs = ['p99(response_time) < 1s', { expect: 'visual(homepage)', ...objective }]
  const { objectives, problems } = parseObjectives(inputs, 'objectives')
  assert.equal(problems, [])
  const okMs = Array.from({ length: 100 }, () => 20)
  const record = aRecord({ okMs, components: { llm: 15 }, changes: { visuals, ...changes } })
  return judge(record, { objectives, strict: false })
}

describe('An objective on a picture', (test) => {
  test('is met by a picture that is as approved', () => {
    const { outcome, objectives } = judged([aVisual([])])

    assert.equal([outcome, objectives[1]?.outcome, objectives[1]?.observed], ['GO', 'met', 0])
    assert.is(objectives[1]?.message, 'matches the approved picture (1 frame)')
  })

  test('makes a fast run NO-GO, names every finding, and blames no component for it', () => {
    const { outcome, reasons, objectives } = judged([aVisual([TILE, COLOUR])])

    assert.is(outcome, 'NO_GO')
    assert.equal(
      reasons.map(({ message }) => message),
      ['missed visual(homepage): worst tile 0.41 at 640,384 in frame 1, bound 0.8; colour differs by 30'],
    )
    assert.equal(reasons[0]?.evidence['findings'], [TILE, COLOUR])
    assert.equal([objectives[1]?.observed, objectives[1]?.sampleCount], [2, 1])
  })

  test('says where to look, and how to approve what is right', () => {
    const [risk] = judged([aVisual([TILE])]).risks

    assert.equal([risk?.step, risk?.component, risk?.resource], [null, null, null])
    assert.is(
      risk?.recommendation,
      'look at reports/test/run/visual/homepage-side-by-side.png first; if the picture is as it should be, approve it: proofload visual approve homepage reports/test/run/visual/homepage.png --reason ...',
    )
  })

  test('is believed although the generator could not keep the plan', () => {
    const late = { dispatch: { ...aRecord({ okMs: [1] }).dispatch, planned: 100_000, started: 2_000 } }
    const { outcome, validity } = judged([aVisual([TILE])], {}, late)

    assert.equal([validity.valid, outcome], [false, 'NO_GO'])
  })

  test('leaves a run open that did not come to its picture', () => {
    const { outcome, reasons } = judged([])

    assert.is(outcome, 'INCONCLUSIVE')
    assert.match(reasons[0]?.message ?? '', /^visual\(homepage\): not measured/)
  })

  for (const code of ['NO_BASELINE', 'COMMAND_FAILED', 'NOT_WRITTEN', 'ALL_MASKED', 'MASK_OUTSIDE'] as const)
    test(`leaves a run open, and passes never, where nobody looked: ${code}`, () => {
      const { outcome, objectives, reasons, risks } = judged([aVisual([{ ...TILE, code, message: 'why' }])])

      assert.is(outcome, 'INCONCLUSIVE')
      const { outcome: became, observed, sampleCount } = objectives[1]!
      assert.equal([became, observed, sampleCount, risks], ['no-data', null, 0, []])
      assert.match(reasons[0]?.message ?? '', /^visual\(homepage\): not measured: why; (fix|check|look|out)/)
      assert.is(reasons[0]?.evidence['visual'], 'homepage')
    })

  test('is missed where something differs, whatever else is wrong', () => {
    const outside: VisualFinding = { ...TILE, code: 'MASK_OUTSIDE', message: 'why' }

    assert.is(judged([aVisual([outside, TILE])]).objectives[1]?.outcome, 'missed')
  })

  test('is only a caution as a warning', () => {
    const { outcome, cautions } = judged([aVisual([TILE])], { severity: 'warning' })

    assert.is(outcome, 'GO')
    assert.match(cautions.at(-1)?.message ?? '', /worst tile 0\.41/)
  })

  test('speaks of its own picture only', () => {
    assert.is(judged([aVisual([TILE], { name: 'cart' }), aVisual([])]).outcome, 'GO')
  })
})

describe('The advice on a picture', (test) => {
  const adviceOn = (...codes: VisualFinding['code'][]) =>
    visualAdvice(aVisual(codes.map((code) => ({ ...TILE, code }))))

  for (const code of [
    'COMMAND_FAILED',
    'NOT_WRITTEN',
    'UNREADABLE',
    'BLANK',
    'ALL_MASKED',
    'MASK_OUTSIDE',
  ] as const)
    test(`is never to approve one with ${code}, whatever else is found`, () => {
      for (const advice of [adviceOn(code), adviceOn('SIZE_DIFFERS', code)]) {
        assert.match(advice, /fix|cannot be read/)
        assert.not.match(advice, /approve it|visual approve/)
      }
    })

  test('names the command that failed', () => {
    assert.is(
      adviceOn('COMMAND_FAILED'),
      'fix the command of visuals.homepage: it must exit with 0 and write out.png',
    )
  })

  test('is to look and approve where there is nothing to compare with', () => {
    assert.match(adviceOn('NO_BASELINE'), /^check .* visual approve homepage reports\/test\/run/)
  })
})
