"""Who signs in at SimpleSAMLphp. The NameIDs are odd on purpose: they must not be found in any log."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    user: str
    given_name: str
    family_name: str
    groups: tuple = ()

    @property
    def password(self):
        return self.user + "-Passw0rd"

    @property
    def name_id(self):
        return f"nid-{self.user}-7c1f20"

    @property
    def email(self):
        return f"{self.user}@people.example"

    @property
    def name(self):
        return f"{self.given_name} {self.family_name}"


ALICE = Person("alice", "Alice", "Liddell", ("staff", "engineering"))
BOB = Person("bob", "Bob", "Müller", ("engineering",))
CAROL = Person("carol", "Carol", "Nogroup")
MANY = Person("many", "Many", "Groups", tuple(f"group-{number:02}" for number in range(20)))
PEOPLE = (ALICE, BOB, CAROL, MANY)
