import { join } from 'node:path'
import { migrations as historyMigrations } from '../../gateway/history/schema.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { writeDurably } from '../../gateway/site/file.ts'
import { li } from './records.ts'

/**
 * `node backupwriter.ts <data folder>`: counts, in the trail, in site.json within the same transaction, and right after in
 * the history, as fast as the disk takes it. Ends when killed.
 */
const [data = ''] = process.argv.slice(2)
const db = openDb(join(data, 'records.db'), migrations)
const trail = openTrail(db, Date.now, () => {})
const history = openDb(join(data, 'history.db'), historyMigrations)
const put = history.prepare("INSERT OR REPLACE INTO meta VALUES ('n', ?)")
let n = trail.head()
let told = false
setInterval(() => {
  n++
  trail.change(li, note => {
    note('thing', 'n', 'made', { n })
    writeDurably(join(data, 'site.json'), JSON.stringify({ n }))
  })
  put.run(n)
  if (!told) process.stdout.write('counting\n')
  told = true
}, 1)
