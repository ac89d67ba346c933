// How the gateway's own code and the small libraries it is made of become a few files, for `vite build`.
import { dirname, relative } from 'node:path'
import { root } from './steps.mjs'

/** Large, native, or reading files beside themselves: these stay where they are. */
const apart = ['aedes', 'jsonc-parser', 'mqtt', 'nodemailer', 'pino', 'yaml']
const native = ['node-opcua', 'serialport']

/** Threads are programs of their own; whatever else is found beside a source is found there still. */
const places = {
  name: 'places',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('.ts') || id.includes('node_modules') || !code.includes('import.meta.')) return
    const folder = `../../${relative(root, dirname(id))}`
    return code
      .replaceAll(/new Worker\(new URL\('\.\/(\w+)\.ts', import\.meta\.url\)/g, (_, name) => {
        const fileName = `${relative(root, dirname(id)).replaceAll('/', '-')}-${name}.js`
        this.emitFile({ type: 'chunk', id: `${dirname(id)}/${name}.ts`, fileName })
        return `new Worker(new URL('./${fileName}', import.meta.url)`
      })
      .replaceAll(/new URL\('(\.\.?\/[\w/]+\.ts)', import\.meta\.url\)/g, `new URL('${folder}/$1', import.meta.url)`)
      .replaceAll('import.meta.dirname', `(import.meta.dirname + '/${folder}')`)
  },
}

const escaped = text => text.replaceAll(/[^\0-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
/** V8 keeps the source as long as it runs: one Chinese character in it, and every character of it takes two bytes. */
const oneByte = {
  name: 'one-byte',
  generateBundle(_, files) {
    for (const file of Object.values(files))
      if (file.type === 'chunk')
        file.code = escaped(
          // In a raw text an escape would be what it looks like.
          file.code.replaceAll(/String\.raw(`[^`]*[^\0-\x7f][^`]*`)/g, (_, text) => text.replaceAll('\\', '\\\\')),
        )
  },
}

/**
 * The description of the API and its page: beside the program they would bring a second set of all that serves files. They
 * find their own ones where they are, and 300 kB for YAML are read when somebody asks for YAML.
 */
const docsPage = {
  name: 'docs-page',
  transform(code, id) {
    if (!/@fastify\/swagger(-ui)?\/.*\.js$/.test(id)) return
    return (
      code
        // From the folder of the packages on: where that is a link, the file itself lies elsewhere.
        .replaceAll(
          '__dirname',
          `(import.meta.dirname + '/../../${dirname(id).slice(id.lastIndexOf('node_modules/@fastify/'))}')`,
        )
        .replace(
          "const yaml = require('yaml')",
          "const yaml = { stringify: (...all) => require('yaml').stringify(...all) }",
        )
    )
  },
}

/** Fastify asks for HTTP/2 before it knows whether it is wanted; nobody here offers it, and it is half a megabyte. */
const withoutHttp2 = {
  name: 'without-http2',
  enforce: 'pre',
  resolveId: id => (/^(node:)?http2$/.test(id) ? '\0http2' : null),
  load: id => (id === '\0http2' ? 'export default {}' : null),
}

/**
 * V8 reads a module whole, with some eight bytes for each of its characters, and malloc gives little of that back: four
 * files instead of one cost 14 MB less. What is read later, only when it is needed, must be in none of them, and none may
 * need main.js, or what is begun first would depend on how they are cut.
 */
const parts = [
  { name: 'validation', test: /node_modules\/(zod|@marcbachmann)\// },
  {
    name: 'web',
    test: /node_modules\/(@?fastify|ajv|find-my-way|fast-[a-z-]+|light-my-request|glob|semver|readable-stream|ws|mime)\//,
  },
  { name: 'rules', test: /\/(rules|drivers)\// },
]

export default {
  root,
  publicDir: false,
  plugins: [places, docsPage, withoutHttp2, oneByte],
  ssr: { noExternal: true, external: [...apart, ...native] },
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'gateway/dist',
    emptyOutDir: true,
    minify: false,
    rolldownOptions: {
      input: { main: `${root}/gateway/main.ts` },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name]-[hash].js',
        comments: false,
        codeSplitting: { groups: parts },
        // Names of functions and classes stay, so that an error still says where it was.
        minify: { compress: false, mangle: { toplevel: true, keepNames: true }, codegen: { removeWhitespace: true } },
      },
    },
  },
}
