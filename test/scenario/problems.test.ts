import * as assert from 'uvu/assert'
import * as z from 'zod'
import { jsonSchemaOf } from '../../harness/scenario/json-schema.ts'
import { keysKnownAt, keysOfPath, parseAt, pathText, unknownName } from '../../harness/scenario/problems.ts'
import { describe } from '../kit/suite.ts'

const schema = z.strictObject({
  wait: z.string().meta({ examples: ['30s'] }),
  level: z.enum(['low', 'high']).optional(),
  parts: z
    .array(z.union([z.strictObject({ send: z.string() }), z.strictObject({ sleep: z.number() })]))
    .min(1, 'at least one part')
    .optional(),
})

const problemsIn = (value: unknown) => parseAt(schema, value, ['doc']).problems

describe('pathText and keysOfPath', (test) => {
  test('write a path as people read it, and read it back', () => {
    const path = ['journeys', 'buy', 'steps', 2, 'request']

    assert.is(pathText(path), 'journeys.buy.steps[2].request')
    assert.equal(keysOfPath('journeys.buy.steps[2].request'), path)
    assert.equal(keysOfPath(''), [])
  })
})

describe('parseAt', (test) => {
  test('gives the parsed value of what fits', () => {
    assert.equal(parseAt(schema, { wait: '1s' }, []), { value: { wait: '1s' }, problems: [] })
  })

  test('names an unknown key, the valid ones and the nearest', () => {
    assert.equal(problemsIn({ wait: '1s', levle: 'low' }), [
      {
        path: 'doc.levle',
        message: "there is no key 'levle'",
        expected: 'one of wait, level, parts',
        nearest: 'level',
      },
    ])
  })

  test('shows how text with a unit is written when a bare number came', () => {
    assert.equal(problemsIn({ wait: 30 }), [
      { path: 'doc.wait', message: '30 is of the wrong type', expected: 'text with a unit, for example 30s' },
    ])
  })

  test('says what is missing', () => {
    assert.equal(problemsIn({}), [
      { path: 'doc.wait', message: 'missing', expected: 'text with a unit, for example 30s' },
    ])
  })

  test('lists the valid words and the nearest', () => {
    assert.equal(problemsIn({ wait: '1s', level: 'hihg' }), [
      {
        path: 'doc.level',
        message: "there is no choice 'hihg'",
        expected: 'one of low, high',
        nearest: 'high',
      },
    ])
  })

  test("gives a schema's own sentence as what was expected", () => {
    assert.equal(problemsIn({ wait: '1s', parts: [] }), [
      { path: 'doc.parts', message: 'empty', expected: 'at least one part' },
    ])
  })

  test('explains a union by the branch that was most likely meant', () => {
    assert.equal(problemsIn({ wait: '1s', parts: [{ sleep: 'long' }] }), [
      { path: 'doc.parts[0].sleep', message: '"long" is of the wrong type', expected: 'a number' },
    ])
  })

  test('takes a misspelt key of a union for the key that is missing, and says it once', () => {
    assert.equal(problemsIn({ wait: '1s', parts: [{ sned: 'x' }] }), [
      {
        path: 'doc.parts[0].sned',
        message: "there is no key 'sned'",
        expected: 'one of send, sleep',
        nearest: 'send',
      },
    ])
  })

  test('reports everything at once', () => {
    assert.equal(
      problemsIn({ wait: 1, level: 'x', parts: [], more: 1 }).map(({ path }) => path),
      ['doc.wait', 'doc.level', 'doc.parts', 'doc.more'],
    )
  })

  test('shortens values that would fill the screen', () => {
    const [problem] = parseAt(
      z.string(),
      Array.from({ length: 500 }, (_, i) => i),
      ['list'],
    ).problems

    assert.ok((problem?.message.length ?? 0) < 100, problem?.message)
  })
})

describe('unknownName', (test) => {
  test('suggests nothing when nothing is near, and says when there is nothing to choose', () => {
    assert.equal(unknownName(['a'], 'target', 'zzzzzzzz', ['api']), {
      path: 'a',
      message: "there is no target 'zzzzzzzz'",
      expected: 'one of api',
    })
    assert.is(unknownName(['a'], 'target', 'x', []).expected, 'no target here')
  })
})

describe('keysKnownAt', (test) => {
  test('knows the keys of objects, through lists and unions', () => {
    const json = jsonSchemaOf(schema)

    assert.equal(keysKnownAt(json, []), ['wait', 'level', 'parts'])
    assert.equal(keysKnownAt(json, ['parts', 0]), ['send', 'sleep'])
    assert.equal(keysKnownAt(json, ['wait', 'deeper']), [])
    assert.equal(keysKnownAt(json, ['constructor']), [])
  })
})
