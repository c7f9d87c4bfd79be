class Refused(Exception):
    """The act is allowed to this person but cannot be done now. Shown as a page or a line with status 409.

    The message is a whole sentence in the user's language that says what stands in the way.
    """
