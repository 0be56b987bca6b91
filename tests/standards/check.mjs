// Reads one JSON text from its input: {"schema", "records": [...], "jsonld", "turtle"}; answers one: {"errors": [[...], ...], "fromJsonLd", "fromTurtle"},
// the errors of each record against the schema, and both graphs as canonical N-Quads (RDFC-1.0), which are the same text where the graphs are equal.
import Ajv2020 from 'ajv/dist/2020.js'
import jsonld from 'jsonld'
import { Parser, Writer } from 'n3'

let text = ''
for await (const part of process.stdin) text += part
const asked = JSON.parse(text)
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, allowUnionTypes: true })
for (const keyword of ['x-gdx-sensitivity']) ajv.addKeyword(keyword)
const valid = ajv.compile(asked.schema)
const errors = asked.records.map(record => (valid(record) ? [] : valid.errors.map(error => `${error.instancePath} ${error.message}`)))

const refuse = () => { throw new Error('No context is loaded from elsewhere.') }
const options = { algorithm: 'RDFC-1.0', format: 'application/n-quads', documentLoader: refuse }
const fromJsonLd = await jsonld.canonize(JSON.parse(asked.jsonld), { ...options, safe: true })
const quads = await new Promise((done, fail) => {
  const writer = new Writer({ format: 'N-Quads' })
  writer.addQuads(new Parser().parse(asked.turtle))
  writer.end((error, result) => (error ? fail(error) : done(result)))
})
const fromTurtle = await jsonld.canonize(quads, { ...options, inputFormat: 'application/n-quads' })
process.stdout.write(JSON.stringify({ errors, fromJsonLd, fromTurtle }))
