// Promise: the API pages name modules as a user imports them, countersign/tight and not providers/tight.
import { Converter, ReflectionKind } from 'typedoc'

export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
      const name = module.name.split('/').at(-1)
      module.name = name === 'index' ? 'countersign' : `countersign/${name}`
    }
  })
}
