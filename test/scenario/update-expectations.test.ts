import * as assert from 'uvu/assert'
import { updateExpectations } from '../../harness/scenario/update-expectations.ts'
import { describe } from '../kit/suite.ts'

const file = `journeys:
  a:
    steps:
      - think: 1s
      - request: { path: / }   # the page
        expect:
          status: [200, 201]
          body: { json: { id: 1, "name": 'Ada', whose: "{{user.name}}" } }
          header:
            x-kind:
              long
`
const place = 'journeys.a.steps[1]'

describe('updateExpectations', (test) => {
  test('replaces the values that differ, where they stand', () => {
    const { text, updated, left } = updateExpectations(file, [
      { place, kind: 'status', value: 404 },
      { place, kind: 'body', value: { json: { id: 2, name: 'Ada', whose: 'x' } } },
    ])

    assert.is(text, file.replace('[200, 201]', '404').replace('id: 1', 'id: 2'))
    assert.equal(updated, [`${place}.expect.status`, `${place}.expect.body`])
    assert.equal(left, [`${place}.expect.body`], 'a variable stays a variable')
  })

  test('works in JSON, and says what is not there', () => {
    const json = '{ "journeys": { "a": { "steps": [ { "request": {}, "expect": { "status": 200 } } ] } } }'
    const { text, left } = updateExpectations(json, [
      { place: 'journeys.a.steps[0]', kind: 'status', value: 503 },
      { place: 'login.steps[0]', kind: 'status', value: 503 },
    ])

    assert.is(text, json.replace('200', '503'))
    assert.equal(left, ['login.steps[0].expect.status'])
  })

  test('changes nothing where nothing differs', () => {
    assert.equal(updateExpectations(file, [{ place, kind: 'status', value: [200, 201] }]), {
      text: file,
      updated: [],
      left: [],
    })
  })
})
