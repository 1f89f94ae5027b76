// Brings the page's explorers to life without a kernel. Each <div class="explorer"> holds the picture of the first
// position and, as JSON, the models of an ipywidget. The classes of these models come from ipywidgets' own bundle for
// the classic notebook (widgets/extension.js); it asks for a few things of that notebook, which get stand-ins here.
(() => {
  const places = document.querySelectorAll("div.explorer");
  if (!places.length) return;
  const bundle = new URL("widgets/extension.js", document.currentScript.src).href;

  const nothing = () => {};
  function OutputArea() {}
  OutputArea.prototype.register_mime_type = nothing;
  const stand_ins = {
    "base/js/namespace": {
      notebook: { container: { on: nothing }, keyboard_manager: { actions: { register: nothing } } },
    },
    "base/js/events": { on: nothing },
    "notebook/js/outputarea": { OutputArea },
  };

  function load() {
    return new Promise((resolve, reject) => {
      window.Jupyter = { version: "7.0.0" };
      window.requirejs = (names, done) => done(...names.map((name) => stand_ins[name] ?? {}));
      window.requirejs.config = nothing;
      window.define = (names, factory) => { window.define = undefined; resolve(factory({ uri: bundle })); };
      const script = document.createElement("script");
      script.src = bundle;
      script.onerror = reject;
      document.head.append(script);
    }).then(async (library) => { await library.load_ipython_extension(); return library; });   // its style sheets
  }

  // What models and views ask of a widget manager (IWidgetManager in @jupyter-widgets/base).
  class Manager {
    constructor(library, models) {
      this.library = library;
      this.stored = models;
      this.made = {};
    }
    has_model(id) { return id in this.stored; }
    get_model(id) { return (this.made[id] ??= this.make(id)); }
    async make(id) {
      const { model_name, model_module, state } = this.stored[id];
      const Model = this.library[model_name];
      const model = new Model(await Model._deserialize_state(state, this), { widget_manager: this, model_id: id });
      model.name = model_name;
      model.module = model_module;
      return model;
    }
    create_view(model, options = {}) {
      return (model.state_change = model.state_change.then(async () => {
        const view = new this.library[model.get("_view_name")]({ model, options });
        view.listenTo(model, "destroy", view.remove);
        await view.render();
        return view;
      }));
    }
    setViewOptions(options = {}) { return options; }
    callbacks() { return {}; }
    inline_sanitize(text) { return text; }   // all of it is the course's own
    resolveUrl(url) { return Promise.resolve(url); }
  }

  async function show(library, place) {
    const { view: id, models } = JSON.parse(place.querySelector("script").textContent);
    const manager = new Manager(library, models);
    await Promise.all(Object.keys(models).map((each) => manager.get_model(each)));   // links too, which no view names
    const view = await manager.create_view(await manager.get_model(id));
    place.querySelector("img").remove();
    library.JupyterLuminoWidget.attach(view.luminoWidget, place);
  }

  load().then((library) => places.forEach((place) => show(library, place)));
})();
