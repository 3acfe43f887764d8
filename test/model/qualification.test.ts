import * as assert from 'uvu/assert'
import { qualificationRecordSchema } from '../../harness/model/qualification.ts'
import { aFailedQualification, aQualification } from '../kit/qualifications.ts'
import { describe } from '../kit/suite.ts'

describe('qualificationRecordSchema', (test) => {
  test('reads what it was written as', () => {
    for (const record of [aQualification(), aFailedQualification()])
      assert.equal(qualificationRecordSchema.parse(JSON.parse(JSON.stringify(record))), record)
  })
})
