// Runs inside the index status (Gradio binds element, watch): names the filter of the table below, which Gradio leaves
// nameless and in English.
const name = () => {
  const box = document.querySelector('#article-table .search-input');
  const label = element.querySelector('[data-filter]')?.dataset.filter;
  if (!box || !label) return;
  box.placeholder = label;
  box.title = label;
  box.setAttribute('aria-label', label);
};

watch('value', name);
new MutationObserver(name).observe(document.querySelector('#article-table') ?? document.body, { childList: true, subtree: true });
name();
