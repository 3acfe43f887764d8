import * as assert from 'uvu/assert'
import type { HarnessError } from '../../harness/base/errors.ts'
import { createRegistry } from '../../harness/base/registry.ts'
import { describe } from '../kit/suite.ts'

const json = { name: 'json' }
const junit = { name: 'junit' }
const reporters = createRegistry('reporter', [json, junit])

function complaintAbout(name: string): HarnessError {
  try {
    reporters.get(name)
  } catch (error) {
    return error as HarnessError
  }
  throw new Error(`there is a '${name}'`)
}

describe('createRegistry', (test) => {
  test('finds entries by name, and lists them in the order they were given', () => {
    assert.is(reporters.get('junit'), junit)
    assert.equal(reporters.all, [json, junit])
    assert.equal(reporters.names, ['json', 'junit'])
  })

  test('names the nearest entry for a misspelt name', () => {
    const error = complaintAbout('jnuit')

    assert.equal([error.code, error.message], ['PLUGIN_UNKNOWN', "there is no reporter named 'jnuit'"])
    assert.is(error.hint, "Did you mean 'junit'? Known: json, junit.")
  })

  test('names all entries when none is near', () => {
    assert.is(complaintAbout('spreadsheet').hint, 'Known: json, junit.')
  })

  test('finds nothing that objects have by nature', () => {
    assert.is(complaintAbout('constructor').code, 'PLUGIN_UNKNOWN')
  })
})
