from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class StaticStorage(ManifestStaticFilesStorage):
    """Static files under names that carry their hash, so a browser never shows last month's page.

    Bootstrap's files end in a reference to a source map; only its style sheet is served here, so those
    references are left alone instead of failing the collection.
    """

    patterns = tuple(
        (glob, tuple(rule for rule in rules if "sourceMappingURL" not in rule[0]))
        for glob, rules in ManifestStaticFilesStorage.patterns
        if glob == "*.css"
    )
    # Tests and one-off commands run without a collection.
    manifest_strict = False
