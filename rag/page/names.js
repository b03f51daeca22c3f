// Runs inside the head of the page (Gradio binds element, watch): gives what Gradio leaves nameless, or names in English,
// the names that the head carries. Gradio names messages anew when they change, so this goes on.
const name = () => {
  const names = JSON.parse(element.querySelector('[data-names]')?.dataset.names ?? '[]');
  for (const [selector, attributes] of names) {
    for (const part of document.querySelectorAll(selector)) {
      for (const [attribute, text] of Object.entries(attributes)) {
        if (part.getAttribute(attribute) !== text) part.setAttribute(attribute, text);
      }
    }
  }
};

watch('value', name);
new MutationObserver(name).observe(document.body, { childList: true, subtree: true, attributeFilter: ['aria-label'] });
