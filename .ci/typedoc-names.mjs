// Promise: a page is named by its own first heading, stands in its group, and has an address that says where its source
// is; headings with code have anchors as everywhere else; modules are named as a user imports them, countersign/tight
// and not providers/tight; and functions of a sender are described by the sender's words.
import { relative, resolve } from 'node:path'
import {
  Application,
  Converter,
  DefaultTheme,
  JSX,
  KindRouter,
  ReferenceType,
  ReflectionKind,
  UnknownType,
} from 'typedoc'
import { groups, openGroups, placeOf, titleOf } from './docs-pages.mjs'

const root = resolve(import.meta.dirname, '..')

/** Data of hundreds of members, which the types of payloads describe: its page shows what it is made of. */
const largeData = { samples: '{ sighten, tight, tightknit, tyk }' }

export function load(app) {
  const places = new Map()
  nameEverything(app.converter, places)
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    const members = project.getReflectionsByKind(ReflectionKind.Property)
    const exempt = members.filter((member) => !member.hasComment() && isPartOfDocumented(member))
    const names = new Set(exempt.map((member) => member.getFriendlyFullName()))
    app.options.getValue('intentionallyNotDocumented').push(...names)
  })
  app.on(Application.EVENT_BOOTSTRAP_END, () => app.options.setValue('markdownItLoader', nameCodeInHeadings))
  app.renderer.hooks.on('head.end', () => JSX.createElement('script', null, JSX.createElement(JSX.Raw, { html: open })))
  app.renderer.defineRouter('countersign', routerOf(places))
  app.renderer.defineTheme('countersign', themeOf(places))
}

function nameEverything(converter, places) {
  converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    const path = relative(root, document.project.files.getReflectionPath(document))
    document.name = titleOf(document.content[0].text) ?? path
    places.set(document, { path, ...placeOf(path) })
  })
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
      const name = module.name.split('/').at(-1)
      module.name = name === 'index' ? 'countersign' : `countersign/${name}`
      for (const variable of module.getChildrenByKind(ReflectionKind.Variable)) {
        if (!Object.hasOwn(largeData, variable.name)) continue
        project.removeTypeReflections(variable.type)
        variable.type = new UnknownType(largeData[variable.name])
      }
      for (const made of module.getChildrenByKind(ReflectionKind.Function)) describeMade(made)
    }
  })
}

/** A function that defineProvider made: its own words, and its deliveries by their name instead of by their schemas. */
function describeMade(made) {
  if (!made.comment) return
  const delivery = made.parent.getChildByName('Delivery')
  for (const signature of made.signatures) {
    signature.comment = made.comment.clone()
    const { type } = signature
    if (type?.typeArguments === undefined) continue
    type.typeArguments = type.typeArguments.map((each) =>
      each.name === 'DeliveryOf' ? ReferenceType.createResolvedReference('Delivery', delivery, made.project) : each,
    )
  }
  delete made.comment
}

/** Code in a heading is part of its anchor and of its name among the headings of the page. */
function nameCodeInHeadings(parser) {
  parser.core.ruler.push('code-in-headings', ({ tokens, Token }) => {
    for (const [index, { type }] of tokens.entries()) {
      if (type !== 'heading_open') continue
      for (const token of tokens[index + 1].children.filter((child) => child.type === 'code_inline')) {
        const text = new Token('text', '', 0)
        text.content = token.content
        token.children = [text]
      }
    }
  })
}

/** Groups of pages are open until a reader closes them. */
const open = `try {
  for (const name of ${JSON.stringify(openGroups)}) localStorage['tsd-accordion-' + name] ??= 'true'
} catch {}`

/** Members of a type that is written out in place need no words of their own where the symbol around it has some. */
function isPartOfDocumented(member) {
  const { TypeLiteral, Parameter, SomeSignature } = ReflectionKind
  let inLiteral = false
  for (let around = member.parent; around; around = around.parent) {
    if (around.kindOf(Parameter)) return false // nothing asks for docs there
    if (around.kindOf(TypeLiteral)) inLiteral = true
    else if (inLiteral && !around.parent?.kindOf(TypeLiteral | SomeSignature)) return around.hasComment()
  }
  return false
}

/** docs/tight.md is guide/tight.html, examples/express/README.md is examples/express.html. */
function routerOf(places) {
  const addressOf = (path) => {
    const name = path.replace(/(\/README)?\.md$/, '').replace(/^docs\//, 'guide/')
    return name.includes('/') ? name : `project/${name.toLowerCase()}`
  }
  return class extends KindRouter {
    getIdealBaseName(reflection) {
      const place = places.get(reflection)
      return place === undefined ? super.getIdealBaseName(reflection) : addressOf(place.path)
    }
  }
}

/** The sidebar: pages by group, then the API by module. */
function themeOf(places) {
  return class extends DefaultTheme {
    buildNavigation(project) {
      const items = super.buildNavigation(project)
      const pages = project.documents
        .map((document) => ({ ...places.get(document), url: this.router.getFullUrl(document), name: document.name }))
        .sort((a, b) => a.order - b.order || a.name.localeCompare(b.name))
      const pagesOf = (group) =>
        pages.filter((page) => page.group === group).map(({ url }) => items.find(({ path }) => path === url))
      const modules = items.filter(({ kind }) => kind === ReflectionKind.Module)
      const sections = [
        ...groups.map((text) => ({ text, children: pagesOf(text) })),
        { text: 'API', children: modules },
      ]
      return sections.filter(({ children }) => children.length > 0)
    }
  }
}
