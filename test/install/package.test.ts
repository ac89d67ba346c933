import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../support/fresh.ts'
import { tempFolder } from '../support/gateway.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const { scripts, version } = JSON.parse(read('package.json')) as { scripts: Record<string, string>; version: string }
const flags = (command: string) => command.match(/--[\w-]+(=\d+)?/g)!

describe('the Debian package', () => {
  it('its scripts are shell that runs anywhere', () => {
    for (const name of ['postinst', 'prerm', 'postrm', 'gatehouse'])
      execFileSync('sh', ['-n', join(root, 'deploy/debian', name)])
    expect(read('deploy/debian/conffiles')).toBe('/etc/gatehouse/gatehouse.env\n')
    // Data goes only by an answer, and the answer is no.
    expect(read('deploy/debian/templates')).toMatch(/remove-data\nType: boolean\nDefault: false/)
  })

  it('gatehouse does what npm run does, word by word', () => {
    const text = read('deploy/debian/gatehouse')
    const words = [...text.matchAll(/^([a-z-]+)\) file=(\S+) ;;$/gm)].map(([, word, file]) => [word!, file!] as const)
    expect(words.length).toBeGreaterThanOrEqual(8)
    for (const [word, file] of words) {
      expect([word, scripts[word]?.split(' ').at(-1)]).toEqual([word, file])
      expect(existsSync(join(root, file))).toBe(true)
      expect(text.split("<<'HELP'")[1]).toContain(word)
    }
  })

  it('gatehouse version, help, a wrong word; settings of the file, and those of the terminal before them', () => {
    const folder = tempFolder()
    try {
      const run = (word: string, env: Record<string, string> = {}) =>
        spawnSync('sh', [join(root, 'deploy/debian/gatehouse'), word], {
          encoding: 'utf8',
          env: { PATH: process.env.PATH, GATEHOUSE_HOME: root, GATEHOUSE_SETTINGS: join(folder.path, 'env'), ...env },
        })
      expect([run('version').stdout, run('help').status, run('x').status]).toEqual([`${version}\n`, 0, 2])
      const file = `# a remark\nGATEHOUSE_DATA_X='quoted'\nGATEHOUSE_DATA=${folder.path}/from-file\nPATH=/nowhere\n`
      execFileSync('sh', ['-c', 'cat > "$0"', join(folder.path, 'env')], { input: file })
      expect(run('health', { GATEHOUSE_DATA: join(folder.path, 'given') }).stdout).toContain(
        'given/run.json is not there',
      )
    } finally {
      folder.remove()
    }
  })
})

describe('the container', () => {
  const dockerfile = read('deploy/container/Dockerfile')
  const compose = read('deploy/container/compose.yaml')
  it('runs the program as `npm run gateway` does, not as root, and asks the program whether it is well', () => {
    const entry = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)![1]!) as string[]
    expect(entry.filter(word => word.startsWith('--'))).toEqual(flags(scripts.gateway!).filter(f => f !== '--demo'))
    expect(dockerfile).toContain(`MALLOC_ARENA_MAX=${/MALLOC_ARENA_MAX=(\d+)/.exec(scripts.gateway!)![1]}`)
    expect(dockerfile.indexOf('USER 10001')).toBeLessThan(dockerfile.indexOf('ENTRYPOINT'))
    expect(dockerfile.indexOf('USER 10001')).toBeGreaterThan(dockerfile.lastIndexOf('FROM'))
    expect(dockerfile).toMatch(/HEALTHCHECK .*CMD \["\/usr\/bin\/gatehouse", "health"\]/)
    for (const [, from] of dockerfile.matchAll(/^COPY (?:--\S+ )*\/src\/(\S+)/gm))
      expect(existsSync(join(root, from!))).toBe(true)
  })
  it('its compose file takes rights away and names the version that is built', () => {
    for (const line of ['read_only: true', 'cap_drop: [ALL]', 'no-new-privileges:true', `gatehouse:${version}`])
      expect(compose).toContain(line)
    expect(compose).not.toMatch(/privileged|network_mode: host/)
  })
})
