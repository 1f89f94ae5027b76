"""The corpora break no law of French; each law catches planted errors and accepts right sentences that look wrong."""

import pytest

from tests.corpus.files import NAMES, french, references
from tests.corpus.french import LAWS, of_both_genders, problems

WRONG = {
    "marks": "je suis là./Je suis là/Où es-tu?/Je suis là ./Oui ,merci./Oui,merci./Je  suis là./C’est moi./"
    "Où es-tu\u00a0?/Il est e\u0301mu./Je suis là !./Je suis là. Et toi ?/J' ai faim.",
    "accents": "A demain !/Ca va ?/Ou est la gare ?",
    "hyphens": "Est ce que tu viens ?/Donne moi le pain./Comment vas tu ?/Va-il au marché ?/Est-t-il là ?",
    "elision": "Je ai faim./Il ne est pas là./La école est loin./Je sais que il vient./Si il vient, je pars./"
    "Ce est moi./Il me y attend./J'voyage demain./L'haricot est vert./Je crois qu'oui.",
    "contraction": "Je viens de le marché./Il parle à les enfants./Il vient du hôtel./Je vais au école./"
    "Un verre de du lait.",
    "before a vowel": "Ma amie est là./Ce arbre est vieux./Cet chat est vieux./Un nouvel livre.",
    "quantity": "Il y a beaucoup des livres./J'ai trop du travail.",
    "gender": "La chat dort./Le fille dort./Une livre vert./Une pomme vert./Des robes rouge./Ma frère est là./"
    "Il a une chapeau./Elle a son sac noire.",
    "predicate": "Elle est fatigué./Il est contente./Ils sont fatigué./Elles sont prêts./Elle est allé au parc./"
    "La fille à côté du camion est fatigué./Le garçon à côté de la voiture est fatiguée./Il est fatigués.",
    "verb": "Je va bien./Tu est là./Il sont là./Nous va bien./Vous est là./Ils est là./Je prêt./Le chat sont là./"
    "Les clés est là./Quand il sont là, je pars.",
    "imperative": "Manges ta soupe !/Vas au marché !",
    "auxiliary": "J'ai allé au parc./Elle a venu hier./Il a tombé./Elle a mangée.",
    "pronouns": "Je lui le donne./Elle le me donne.",
    "negation": "Je ne mange./Je mange pas./Il a jamais vu Paul.",
    "address": "Fermez la porte, s'il te plaît./Aide Simon, s'il vous plaît.",
}
RIGHT = (
    "Le hibou est sur le hangar./Le onze mai./Je crois que oui./J'y vais./S'il vient, je pars./"
    "Elle vient si elle peut./Dis-le à Anna./Puis-je entrer ?/Lorsqu'il pleut, je reste./Je viens de le voir./"
    "J'ai essayé de le lui dire./Je commence à le comprendre./Je vais à l'école./Je sors du hangar./Mon amie est là./"
    "Cet hiver est long./Un bel arbre./Un verre d'eau froide./Une robe et une jupe rouges./"
    "Elle porte mon écharpe verte./Les bras ouverts./Je la porte./Paul la visite./"
    "La fille à côté du camion est fatiguée./Les clés de mon frère sont là./Anne, la sœur de Luc, est contente./"
    "Les garçons qui chantent sont grands./Ce matin Anna est arrivée./Ce matin nous avons dormi./Il nous voit./"
    "Ma mère nous aime./Ce ne sont pas mes clés./Si tu veux, venez./Nous nous couchons tôt./Vas-y !/Invite-nous./"
    "Ne vous inquiétez pas./Elle a l'air contente./On est contents./Vous êtes prêtes ?/Il fait beau aujourd'hui./"
    "Elle s'est lavé les mains./Elle est sortie./Je lui ai parlé./Les clés que j'ai perdues sont là./"
    "Nous avons dormi./Elle me le donne./Il y en a./Je ne le lui ai pas donné./Personne ne vient./"
    "Je ne vois que Paul./Je n'ai rien vu./Il n'y a plus de lait./Elle est plus belle./"
    "Ferme la porte, s'il te plaît./Aidez Simon, s'il vous plaît./À demain !/A-t-il faim ?/C'est vrai : il pleut./"
    "Il tient la main de Paul./Tu ne le lui dis jamais./C'est ce que je dis./Je suis un peu fatiguée./"
    "J'ai quelques livres./Nous avons tous ri./Il croit n'importe quoi."
)


@pytest.mark.parametrize(("law", "sentence"), [(law, text) for law in LAWS for text in WRONG[law].split("/")])
def test_a_law_catches(law, sentence):
    assert law in [problem.partition(":")[0] for problem in problems(["Va !", sentence, "Va !"])]


def test_the_laws_accept_what_is_right():
    assert problems(RIGHT.split("/")) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_corpus_breaks_no_law(name):
    found = problems(french(name))
    assert not found, f"{len(found)} findings:\n" + "\n".join(found[:30])


def test_the_references_break_no_law():
    assert problems(row.french for row in references()) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_noun_changes_its_gender(name):
    assert of_both_genders(french(name)) == {}


def test_a_noun_that_changes_its_gender_is_found():
    said = ["Un zèbre dort.", "Je vois cette zèbre.", "Un autre lit.", "Une autre table."]
    assert of_both_genders(said) == {"zèbre": said[:2]}
