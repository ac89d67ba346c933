import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { lockFolder } from './core/lock.ts'
import { bothOf, refuse } from './core/refusal.ts'
import { migrations, openDb } from './records/db.ts'
import { openFactors } from './records/factors.ts'
import { hashPassword, newPassword } from './records/secrets.ts'
import { openTrail } from './records/trail.ts'
import { users as openUsers } from './records/users.ts'

/**
 * `npm run reset-password -- [name]`: a new password for somebody who has lost theirs, by whoever may write the data
 * folder. The gateway must be stopped; the trail tells of it. Also lets a disabled person in again, and takes the second factor
 * away: whoever lost the phone and was the only admin has no other way.
 */
async function main() {
  const name = process.argv[2] ?? 'admin'
  const data = resolve(process.env.GATEHOUSE_DATA || 'data')
  const file = join(data, 'records.db')
  if (!existsSync(file))
    refuse(
      `${data} 里没有 records.db。请用 GATEHOUSE_DATA 指定数据目录。`,
      `There is no records.db in ${data}. Set GATEHOUSE_DATA to the data folder.`,
    )
  const unlock = lockFolder(data)
  const db = openDb(file, migrations)
  const users = openUsers(db)
  const factors = openFactors(db)
  const user = users.get(name)
  if (!user) {
    const known = users.list().map(u => u.name)
    return refuse(
      `没有叫“${name}”的人。现有：${known.join('、')}。`,
      `There is nobody called ${name}. Known: ${known.join(', ')}.`,
    )
  }
  const password = newPassword()
  const hash = await hashPassword(password)
  openTrail(db, Date.now, () => {}).change({ name: 'console', role: 'console' }, note => {
    users.setPassword(note, user.name, hash)
    if (user.disabled) users.setDisabled(note, user.name, false)
    if (!factors.of(user.name) && factors.passkeysOf(user.name).length === 0) return
    factors.drop(user.name)
    factors.dropPasskeys(user.name)
    factors.tell(user.name, 'factor-taken', 'console', Date.now())
    note('second-factor', user.name, 'taken-away', { reason: 'reset-password' })
  })
  db.close()
  unlock()
  process.stdout.write(`${user.name}: new password 新密码  ${password}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(`${bothOf(error).join('\n')}\n`)
  process.exit(1)
})
