import * as assert from 'uvu/assert'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { demandOf } from '../../harness/model/demand.ts'
import { describe } from '../kit/suite.ts'

const parsed = (expect: string) => parseObjectives([expect], 'objectives')

describe('Objectives on resources', (test) => {
  test('may write the growth of memory with or without the target in brackets', () => {
    const [short, long, spaced] = ['rss_growth', 'rss_growth(target)', ' rss_growth ( target )'].map(
      (left) => {
        const { objectives, problems } = parsed(`${left} < 300MiB`)
        assert.equal(problems, [])
        const { id: _id, expect: _expect, claim: _claim, ...rest } = objectives[0]!
        return rest
      },
    )

    assert.equal([short?.fn, short?.metric, short?.bound], ['value', 'rss_growth', 300 * 1024 ** 2])
    assert.equal(long, short)
    assert.equal(spaced, short)
  })

  test('watch growth over the run so far: a slope of a few seconds is noise', () => {
    assert.is(parsed('rss_growth(target) < 300MiB').objectives[0]?.watch?.windowMs, null)
    assert.is(parsed('target_memory_ratio <= 90%').objectives[0]?.watch?.windowMs, 10_000)
  })

  test('know ratios, and figures of probes as plain numbers', () => {
    const [cpu, gc] = ['target_cpu_ratio <= 85%', 'max(probe_value{probe=gc}) < 50'].map(
      (expect) => parsed(expect).objectives[0],
    )

    assert.equal([cpu?.metric, cpu?.bound], ['target_cpu_ratio', 0.85])
    assert.equal([gc?.fn, gc?.labels, gc?.bound], ['max', { probe: 'gc' }, 50])
  })

  for (const wrong of [
    'rss_growth(other) < 1MiB',
    'rss_growth(target) < 1',
    'probe_value{pobe=gc} < 1',
    'target(rss_growth) < 1MiB',
  ])
    test(`refuse ${wrong}`, () => assert.is(parsed(wrong).problems.length, 1))
})

describe('What is told of an objective', (test) => {
  const told = (input: unknown) => demandOf(parseObjectives([input], 'objectives').objectives[0]!)

  test('is its claim, operator, bound and unit as fields', () => {
    assert.equal(told('share(response_time{step=x} <= 100ms)  >= 99%'), {
      id: 'share-response_time-step-x-le-100ms-ge-99pct',
      name: null,
      expect: 'share(response_time{step=x} <= 100ms)  >= 99%',
      claim: 'share(response_time{step=x} <= 100ms)',
      op: '>=',
      bound: 0.99,
      unit: 'ratio',
    })
    assert.equal(
      ['visual(home)', 'rss_growth(target) < 3MiB', 'rate(requests) > 50/s', 'count(requests) > 5'].map(
        (text) => {
          const { claim, op, unit } = told(text)
          return `${claim} ${op} ${unit}`
        },
      ),
      [
        'visual(home) <= count',
        'rss_growth(target) < bytes',
        'rate(requests) > 1/s',
        'count(requests) > count',
      ],
    )
  })

  test('has the name of its author beside it', () => {
    const { id, name, claim } = told({ name: 'Item page p99', expect: 'p99(response_time) < 250ms' })
    assert.equal([id, name, claim], ['Item page p99', 'Item page p99', 'p99(response_time)'])
  })
})

describe('Objectives on pictures', (test) => {
  test('are short for no findings', () => {
    for (const text of [
      'visual(homepage)',
      ' visual ( homepage ) ',
      'visual_findings{visual=homepage} <= 0',
    ]) {
      const [objective] = parsed(text).objectives
      assert.equal(
        [objective?.metric, objective?.labels, objective?.fn, objective?.op, objective?.bound],
        ['visual_findings', { visual: 'homepage' }, 'value', '<=', 0],
      )
      assert.is(objective?.expect, text.trim())
    }
  })

  test('cannot be watched, so they end no load', () => {
    for (const key of ['window', 'for', 'grace', 'abort']) {
      const value = key === 'abort' ? true : '10s'
      const { problems } = parseObjectives([{ expect: 'visual(homepage)', [key]: value }], 'objectives')
      assert.match(problems[0]?.message ?? '', /known only when the load is over: '\w+' has no meaning/)
    }
    assert.is(parsed('visual(homepage)').objectives[0]?.watch, null)
  })

  for (const wrong of ['visual()', 'visual(a, b)', 'visual(a{b})', 'visual', 'visual_findings{page=a} <= 0'])
    test(`refuse ${wrong}`, () => assert.is(parsed(wrong).problems.length, 1))
})
