import * as assert from 'uvu/assert'
import { variablesIn } from '../../harness/scenario/templates.ts'
import { describe } from '../kit/suite.ts'

describe('variablesIn', (test) => {
  test('finds every variable in every text, with its place', () => {
    assert.equal(variablesIn({ path: '/a/{{ user.id }}/{{x}}', json: [{ deep: '{{y-1}}' }] }, ['request']), [
      { variable: 'user.id', path: ['request', 'path'] },
      { variable: 'x', path: ['request', 'path'] },
      { variable: 'y-1', path: ['request', 'json', 0, 'deep'] },
    ])
  })

  test('finds them in keys, and whatever letters their names have', () => {
    assert.equal(variablesIn({ form: { 'f_{{größe}}': '{{u.user name}}' } }), [
      { variable: 'größe', path: ['form', 'f_{{größe}}'] },
      { variable: 'u.user name', path: ['form', 'f_{{größe}}'] },
    ])
  })

  test('leaves alone what is not one', () => {
    assert.equal(variablesIn(['{x}', '{{}}', '\\{{a}}', 5, null, true]), [])
  })
})
